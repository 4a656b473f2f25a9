# JupyterHub on one machine whose checkout was set up as docs/TEACHING.md has it, in /srv/fashion:
#
#     /srv/fashion/.venv/bin/python -m pip install jupyterhub
#     npm install --prefix /srv/proxy configurable-http-proxy
#     /srv/fashion/.venv/bin/jupyterhub -f docs/classroom/jupyterhub_config.py      # as root
#
# Tried with JupyterHub 6.1.1: two accounts logged in with their passwords and ran A0 at once.
import os
import pwd
import shutil

CHECKOUT = "/srv/fashion"

c = get_config()  # noqa: F821
c.ConfigurableHTTPProxy.command = ["/srv/proxy/node_modules/.bin/configurable-http-proxy"]
# Whoever has an account on this machine.
c.Authenticator.allow_all = True
c.Spawner.cmd = [f"{CHECKOUT}/.venv/bin/jupyterhub-singleuser"]
c.Spawner.notebook_dir = "~/fashion"
c.Spawner.default_url = "/lab/tree/A0.ipynb"
# As many threads as a student's share of the machine; results do not depend on it.
c.Spawner.environment = {"RAYON_NUM_THREADS": "2"}


def hand_out(spawner):
    """Gives a student the notebooks, once: what is there stays."""
    user = pwd.getpwnam(spawner.user.name)
    desk = os.path.join(user.pw_dir, "fashion")
    if os.path.exists(desk):
        return
    shutil.copytree(f"{CHECKOUT}/target/student", desk, ignore=shutil.ignore_patterns("nbgrader"))
    for folder, _, names in os.walk(desk):
        for name in [".", *names]:
            os.chown(os.path.join(folder, name), user.pw_uid, user.pw_gid)


c.Spawner.pre_spawn_hook = hand_out
