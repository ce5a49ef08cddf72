"""An index of two platforms is whole or not there."""

import tarfile
from pathlib import Path

from todo_lab.build import oci, oci_index


def test_an_interrupted_index_is_made_again(tmp_path: Path):
    one, layer = tmp_path / "one", tmp_path / "layer.tar"
    tarfile.open(layer, "w").close()
    oci.oci_layout(one, "latest", layer, oci.Config(("/tool",)))
    (tmp_path / "both.draft/blobs/sha256").mkdir(parents=True)
    oci_index.oci_index(tmp_path / "both", "latest", [one])
    assert (tmp_path / "both/index.json").is_file()
