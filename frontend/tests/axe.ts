import axe from "axe-core";

/** Name what a screen reader or a keyboard would stumble over on the page, as axe finds it. */
export async function findBarriers(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    // jsdom draws nothing, so it knows no colours; the browser tests check them.
    rules: { "color-contrast": { enabled: false } },
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}
