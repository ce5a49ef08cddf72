"""The images of the cluster's own pods do not run as root."""

from todo_lab.build import system_images


def test_the_images_of_the_cluster_do_not_run_as_root():
    for tool in system_images.SYSTEM.values():
        assert system_images.config(tool).user.split(":")[0].isdigit()
        assert system_images.config(tool).user != "0:0"
