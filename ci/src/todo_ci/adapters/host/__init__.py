"""Steps as subprocesses of this machine, images by buildah."""
