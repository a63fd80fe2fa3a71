"""The manifests of deploy/kubernetes: valid, and agreeing with each other and with the server."""

import ipaddress
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from graph.config.settings import FILE, SECRETS, Settings
from graph.server.routes import READY_S
from tests.support.deploy.context import ROOT
from tests.support.deploy.image import Stage
from tests.support.deploy.running import ended, free_port, on_port, running, wait_until_ready
from tests.support.deploy.sandbox import USER
from tests.support.deploy.tools import checked, tool

FOLDER = ROOT / "deploy" / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
MANIFESTS: dict[str, dict[str, Any]] = {
    name: yaml.safe_load((FOLDER / name).read_text("utf-8")) for name in KUSTOMIZATION["resources"]
}
DEPLOYMENT = MANIFESTS["deployment.yaml"]["spec"]
JOB = MANIFESTS["migrate.yaml"]["spec"]
PODS = {"server": DEPLOYMENT["template"], "migrate": JOB["template"]}
SERVER = PODS["server"]["spec"]["containers"][0]
SERVICE = MANIFESTS["service.yaml"]
DOCS = (ROOT / "docs" / "deploying.md").read_text("utf-8")
#: How long a server takes to stop at most, by docs/operating.md.
STOPPED_S = 10
#: What the docs make the Secret of.
KEYS = set(re.findall(r"--from-file=(\w+)", DOCS))
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


def _containers() -> dict[str, dict[str, Any]]:
    return {name: pod["spec"]["containers"][0] for name, pod in PODS.items()}


@pytest.mark.slow
def test_the_manifests_fit_the_schemas_of_kubernetes() -> None:
    """Strictly: no field is unknown."""
    program = tool("kubernetes-validate", "make .venv/deploying")

    checked(program, "--strict", "--quiet", *(FOLDER / name for name in MANIFESTS))


def test_kustomize_puts_them_together(tmp_path: Path) -> None:
    """All are in one namespace, with the image's version and the settings of the ConfigMap."""
    program = tool("kubectl", "apt-get install kubernetes-client")

    said = ended([program, "kustomize", str(FOLDER)], tmp_path, {})

    assert said.returncode == 0, said.stderr
    built = list(yaml.safe_load_all(said.stdout))
    assert sorted(each["kind"] for each in built) == [
        "ConfigMap",
        "Deployment",
        "Job",
        "Namespace",
        "PodDisruptionBudget",
        "Service",
    ]
    assert {each["metadata"].get("namespace", "trailmark") for each in built} == {"trailmark"}
    (settings,) = (each for each in built if each["kind"] == "ConfigMap")
    for each in built:
        if each["kind"] in ("Deployment", "Job"):
            (container,) = each["spec"]["template"]["spec"]["containers"]
            tag = KUSTOMIZATION["images"][0]["newTag"]
            assert container["image"] == f"trailmark:{tag}"
            assert container["envFrom"] == [
                {"configMapRef": {"name": settings["metadata"]["name"]}}
            ]


def test_every_file_is_part_of_it() -> None:
    """No manifest is left out."""
    files = {file.name for file in FOLDER.iterdir()}

    assert files == {"kustomization.yaml", *KUSTOMIZATION["resources"]}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_may_do_no_more_than_the_strictest_standard_allows(name: str) -> None:
    """The namespace asks for it: Pod Security Standard `restricted`."""
    pod, container = PODS[name]["spec"], _containers()[name]

    labels = MANIFESTS["namespace.yaml"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": int(USER),
        "runAsGroup": int(USER),
        "fsGroup": int(USER),
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"].keys() == {"requests", "limits"}


def test_the_docs_make_the_secret(tmp_path: Path) -> None:
    """By their own command, from three files; no cluster is asked."""
    program = tool("kubectl", "apt-get install kubernetes-client")
    (line,) = re.findall(r"^kubectl (create secret .*\\\n.*)$", DOCS, re.MULTILINE)
    for key in KEYS:
        (tmp_path / key).write_text(key)

    words = line.replace("\\\n", " ").split()
    said = ended([program, *words, "--dry-run=client", "--output=yaml"], tmp_path, {})

    assert said.returncode == 0, said.stderr
    made = yaml.safe_load(said.stdout)
    assert made["metadata"] | {"creationTimestamp": None} == {
        "name": "trailmark",
        "namespace": "trailmark",
        "creationTimestamp": None,
    }
    assert made["data"].keys() == KEYS


@pytest.mark.parametrize("name", PODS)
def test_secrets_are_files_of_the_secret_that_the_docs_make(name: str) -> None:
    """Each setting names a file that is a key of the Secret."""
    container = _containers()[name]
    (mount,) = (each for each in container["volumeMounts"] if each["name"] == "secrets")
    told = {each["name"]: each["value"] for each in container["env"]}

    assert set(SECRETS) >= KEYS  # some may be secrets, and need not be set
    expected = KEYS if name == "server" else KEYS - {"token_secret"}
    where = mount["mountPath"]
    assert told == {f"TRAILMARK_{key.upper()}{FILE}": f"{where}/{key}" for key in expected}
    assert mount["readOnly"] is True
    (volume,) = (each for each in PODS[name]["spec"]["volumes"] if each["name"] == "secrets")
    assert volume["secret"] == {"secretName": "trailmark", "defaultMode": 0o440}


def test_the_settings_are_settings(tmp_path: Path) -> None:
    """Those of the ConfigMap, and those of secrets, as a server reads them."""
    (generated,) = KUSTOMIZATION["configMapGenerator"]
    given = dict(each.split("=", 1) for each in generated["literals"])
    for each in SERVER["env"]:
        file = tmp_path / Path(each["value"]).name
        file.write_text("postgres://localhost/trailmark" if "URL" in each["name"] else "s" * 32)
        given[each["name"]] = str(file)

    settings = Settings.read(given)

    assert settings.user_tokens.is_configured
    assert [str(each) for each in settings.trusted_proxies] == ["10.0.0.0/8"]


def test_labels_lead_from_the_service_to_the_servers_alone() -> None:
    """Neither the Service nor the budget counts a pod that migrates."""
    wanted = SERVICE["spec"]["selector"]
    labels = {name: pod["metadata"]["labels"] for name, pod in PODS.items()}

    assert DEPLOYMENT["selector"]["matchLabels"] == wanted
    assert MANIFESTS["disruptions.yaml"]["spec"]["selector"]["matchLabels"] == wanted
    assert [name for name, found in labels.items() if wanted.items() <= found.items()] == ["server"]
    (spread,) = PODS["server"]["spec"]["topologySpreadConstraints"]
    assert spread["labelSelector"]["matchLabels"] == wanted


def test_probes_fit_what_the_server_answers() -> None:
    """A database that is away takes a server out of the Service, and does not end it."""
    paths = {name: SERVER[name]["httpGet"]["path"] for name in PROBES}

    assert paths == dict(zip(PROBES, ("/healthz", "/healthz", "/readyz"), strict=True))
    assert SERVER["readinessProbe"]["timeoutSeconds"] > READY_S
    assert SERVER["startupProbe"]["periodSeconds"] * SERVER["startupProbe"]["failureThreshold"] > 60


def test_a_pod_has_the_time_that_a_server_needs_to_stop() -> None:
    """After the pause in which proxies learn of it."""
    (program, pause) = SERVER["lifecycle"]["preStop"]["exec"]["command"]
    allowed = PODS["server"]["spec"]["terminationGracePeriodSeconds"]

    assert program == "sleep"
    assert allowed >= int(pause) + STOPPED_S


def test_ports_agree() -> None:
    """The server listens where the Service sends, and is scraped where it listens."""
    (port,) = SERVER["ports"]
    annotations = PODS["server"]["metadata"]["annotations"]

    assert port == {"name": "http", "containerPort": 8000}
    assert SERVER["args"][SERVER["args"].index("--port") + 1] == "8000"
    (served,) = SERVICE["spec"]["ports"]
    assert (served["name"], served["port"], served["targetPort"]) == ("http", 8000, "http")
    assert annotations == {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "8000",
        "prometheus.io/path": "/metrics",
    }


@pytest.mark.parametrize("host", ["10.96.0.17", "fd00::17"])
def test_what_kubernetes_injects_for_the_service_is_no_setting(host: str) -> None:
    """Every variable of it, by the rules of the kubelet, for the Service as it is."""
    assert Settings.read(_injected(SERVICE, host)) == Settings()


@pytest.mark.parametrize("wrong", ["TRAILMARK_SERVICE_HOSTS", "TRAILMARK_PORTS", "TRAILMARK_SECRT"])
def test_beside_what_is_injected_a_mistyped_setting_is_told(wrong: str) -> None:
    """Not everything that begins as a variable of the Service is one."""
    with pytest.raises(ValueError, match=f"^{wrong} is no setting; "):
        Settings.read(_injected(SERVICE, "10.96.0.17") | {wrong: "10.96.0.17"})


@pytest.mark.slow
def test_the_commands_of_the_pods_run(image: Stage, tmp_path: Path, empty_postgres: str) -> None:
    """The Job's, then the server's, beside what is injected; then the probes' and preStop's."""
    texts = {"database_url": empty_postgres, "secret": "s" * 32, "token_secret": "t" * 32}
    for key, text in texts.items():
        (tmp_path / key).write_text(text)
    port = free_port()

    def environment(container: dict[str, Any]) -> dict[str, str]:
        told = {each["name"]: each["value"] for each in container["env"]}
        return _injected(SERVICE, "10.96.0.17") | {
            name: str(tmp_path / Path(value).name) for name, value in told.items()
        }

    job = _containers()["migrate"]
    migrated = ended(image.command(*job["args"]), tmp_path, environment(job))
    command = on_port(image.command(*SERVER["args"]), port)
    with running(command, tmp_path, image.environment | environment(SERVER)) as process:
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        urls = [f"http://127.0.0.1:{port}{SERVER[name]['httpGet']['path']}" for name in PROBES]
        scraped = PODS["server"]["metadata"]["annotations"]["prometheus.io/path"]
        denied = httpx.get(f"http://127.0.0.1:{port}{scraped}", trust_env=False)
        answers = {httpx.get(url, trust_env=False).status_code for url in urls}
        subprocess.run(SERVER["lifecycle"]["preStop"]["exec"]["command"], check=True, timeout=60)

    assert migrated.returncode == 0, migrated.stderr
    assert answers == {200}
    assert denied.status_code == 401  # it needs a key of scope read


def _injected(service: dict[str, Any], host: str) -> dict[str, str]:
    """What the kubelet gives each container of the namespace for a Service."""
    name = service["metadata"]["name"].upper().replace("-", "_")
    literal = f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    first = service["spec"]["ports"][0]
    variables = {f"{name}_SERVICE_HOST": host, f"{name}_SERVICE_PORT": str(first["port"])}
    for port in service["spec"]["ports"]:
        protocol = port.get("protocol", "TCP")
        url = f"{protocol.lower()}://{literal}:{port['port']}"
        prefix = f"{name}_PORT_{port['port']}_{protocol}"
        if port is first:
            variables[f"{name}_PORT"] = url
        variables |= {
            f"{name}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}": str(port["port"]),
            prefix: url,
            f"{prefix}_PROTO": protocol.lower(),
            f"{prefix}_PORT": str(port["port"]),
            f"{prefix}_ADDR": host,
        }
    return variables
