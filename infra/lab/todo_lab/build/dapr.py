"""Make what Dapr is installed from: its image, one under six names, and its own chart."""

import shutil
from pathlib import Path

from todo_lab import file_locks, paths, versions
from todo_lab.build import dapr_chart, go_patches, go_programs, oci
from todo_lab.build.cache_keys import cache_key
from todo_lab.progress import Progress

# As in Dapr's own images: each program at the root, no entrypoint; chart and injector name it.
_CONFIG = oci.Config(user="65532:65532")


def references() -> list[str]:
    """Return the names of Dapr's images as its chart writes them."""
    return [
        f"{paths.DAPR_REGISTRY}/{name}:{versions.DAPR}" for name in go_programs.DAPR_TOOL.programs
    ]


def images(progress: Progress) -> dict[str, Path]:
    """Return image name to docker archive, making the archive and the binary when missing."""
    binary = go_programs.ensure(go_programs.DAPR_TOOL, progress)
    names = references()
    made_by = Path(oci.__file__).read_bytes()
    key = cache_key(go_programs.folder(go_programs.DAPR_TOOL).name, *names, repr(_CONFIG), made_by)
    target = paths.SYSTEM_IMAGES / f"dapr-{key}.tar"
    if not target.is_file():
        with file_locks.hold(paths.BUILD_LOCKS / "image-dapr.lock"):
            if not target.is_file():
                with progress.step(f"images {paths.DAPR_REGISTRY}/*:{versions.DAPR}"):
                    inside = {f"/{name}": binary for name in go_programs.DAPR_TOOL.programs}
                    oci.docker_archive(target, names[0], inside, _CONFIG, names[1:])
    return dict.fromkeys(names, target)


def chart(progress: Progress) -> Path:
    """Return Dapr's chart of the version that is built, with one scheduler instead of three.

    It is a copy out of the module cache, which may be pruned at any time.
    """
    made_by = (Path(file).read_bytes() for file in (__file__, dapr_chart.__file__))
    target = paths.BINARIES / f"dapr-chart-{cache_key(versions.DAPR, *made_by)}"
    if target.is_dir():
        return target
    with file_locks.hold(paths.BUILD_LOCKS / "dapr-chart.lock"):
        if not target.is_dir():
            with progress.step("Dapr's chart"):
                module = go_patches.download(go_patches.DAPR_MODULE, paths.TOOLS / "dapr")
                draft = target.with_name(target.name + ".draft")
                shutil.rmtree(draft, ignore_errors=True)
                # Not the modules' modes: there everything is read-only.
                shutil.copytree(module / "charts/dapr", draft, copy_function=shutil.copyfile)
                for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
                    folder.chmod(0o755)
                for file in draft.rglob("Chart.yaml"):  # as Dapr does when it publishes the chart
                    file.write_text(file.read_text().replace("0.0.0", versions.DAPR))
                dapr_chart.keep_one_scheduler(draft)
                draft.rename(target)
    return target
