"""The arguments. Those of `az acr cache` and `az acr credential-set` keep their names, short forms and meaning."""
from azure.cli.core.commands.parameters import get_enum_type

from azext_acrcache import _completers as completers
from azext_acrcache.domain.consumers.kinds import KINDS


def load_arguments(loader):
    with loader.argument_context("acrcache") as context:
        context.argument("registry_name", options_list=["--registry", "-r"], configured_default="acr",
                         completer=completers.registries,
                         help="Name or resource ID of the container registry. You can configure the default with "
                              "`az config set defaults.acr=MyRegistry`.")
        context.argument("resource_group_name", options_list=["--resource-group", "-g"],
                         help="Name of the registry's resource group. Needed only if you have no permission to list "
                              "registries.")
        context.argument("what_if", options_list=["--what-if"], action="store_true",
                         help="Show what would change, without changing anything.")
        context.argument("exit_code", options_list=["--exit-code"], action="store_true",
                         help="With --what-if: exit with 5 when changes are pending.")
        context.argument("wait_timeout", options_list=["--wait-timeout"], type=int,
                         help="Seconds to wait until changes take effect in Azure: a new identity, a role assignment, "
                              "health, a deletion. 0 does not wait.")
        # Not called no_wait: az would then print no report.
        context.argument("health_unwatched", options_list=["--no-wait"], action="store_true",
                         help="Do not wait until the credential set is Healthy.")
        context.argument("yes", options_list=["--yes", "-y"], action="store_true", help="Do not ask for confirmation.")
        context.argument("vault_scope", options_list=["--vault-scope"], arg_type=get_enum_type(["secret", "vault"]),
                         help="For a vault with Azure RBAC: assign the role on each of the two secrets, or on the "
                              "whole vault.")
        context.argument("vault_access", options_list=["--vault-access"],
                         arg_type=get_enum_type(["auto", "rbac", "policy"]),
                         help="How access to the vault is granted. `auto` uses what the vault uses; the others fail "
                              "for a vault of the other kind.")
        context.argument("cred_set", options_list=["--cred-set", "-c"], completer=completers.credential_sets,
                         help="Name or resource ID of the credential set.")

    with loader.argument_context("acrcache bootstrap create") as context:
        context.argument("name", options_list=["--name", "-n"], nargs="+",
                         help="Names of the cache rules, one for each source. Default: derived from the target.")
        context.argument("source_repo", options_list=["--source-repo", "-s"], nargs="+",
                         help="Repositories to cache, with their login server, such as docker.io/library/ubuntu or "
                              "mcr.microsoft.com/dotnet/*. One rule is created for each; all share one credential set.")
        context.argument("target_repo", options_list=["--target-repo", "-t"], nargs="+",
                         help="Repositories in the registry to cache to, one for each source. Default: the source "
                              "without its login server, and for Docker Hub without library/.")
        context.argument("cred_set", options_list=["--cred-set", "-c"], completer=completers.credential_sets,
                         help="Name or resource ID of the credential set. Default: that of the rule, else one of the "
                              "registry with the same secrets, else a new one named after the login server.")
        context.argument("login_server", options_list=["--login-server", "-l"],
                         help="Login server of the upstream. Default: that of the sources.")
        context.argument("username_id", options_list=["--username-id", "-u"],
                         help="Name of the secret in --vault that holds the user name, or the secret's full ID. "
                              "Default: the credential set's name followed by -username.")
        context.argument("password_id", options_list=["--password-id", "-p"],
                         help="Name of the secret in --vault that holds the password, or the secret's full ID. "
                              "Default: the credential set's name followed by -password. Never the password itself.")
        context.argument("vault", options_list=["--vault"], completer=completers.vaults,
                         help="Name or resource ID of the key vault. Not needed with full secret IDs.")
        context.argument("identity", options_list=["--identity"],
                         help="Resource ID of a user-assigned identity that may pull from the upstream, if that is an "
                              "Azure registry. Replaces credential set and vault.")
        context.argument("upstream_username", options_list=["--upstream-username"], arg_group="Secrets to store",
                         help="User name to store in the secret of --username-id.")
        context.argument("upstream_password_file", options_list=["--upstream-password-file"],
                         arg_group="Secrets to store",
                         help="File with the password to store in the secret of --password-id, or - for standard "
                              "input. Alternatively, set the variable `ACRCACHE_UPSTREAM_PASSWORD`; with neither, "
                              "--upstream-username prompts for it on a terminal. One newline at the end is dropped.")
        context.argument("upstream_password", options_list=["--upstream-password"], arg_group="Secrets to store",
                         help="Not accepted, since others can see a password on a command line. Use "
                              "--upstream-password-file.")
        context.argument("expires", options_list=["--expires"], arg_group="Secrets to store",
                         help="Expiry date of the secrets that are stored, in UTC: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ. "
                              "Some policies demand one.")
        context.argument("verify_tag", options_list=["--verify-tag"],
                         help="Finally pull this tag of each target through the cache, as `az acrcache verify pull` "
                              "does; exit with 4 if that fails.")
        context.argument("pin_secret_version", options_list=["--pin-secret-version"], action="store_true",
                         help="Accept a secret ID with a version. A rotated password is then not used.")

    with loader.argument_context("acrcache bootstrap apply") as context:
        context.argument("file", options_list=["--file", "-f"], nargs="+",
                         help="Manifests in YAML or JSON, or - for standard input. Several are one manifest; each "
                              "registry stands in one of them.")
        context.argument("expect", options_list=["--expect"],
                         help="Fingerprint that --what-if showed: carry out only if the plan is still the same.")
        context.argument("prune", options_list=["--prune"], action="store_true", arg_group="Prune",
                         help="Also delete what the manifest does not list, in the registries that it names and only "
                              "as far as this command is proven to have made it. Never secrets, key vaults or images.")
        context.argument("previous", options_list=["--previous"], arg_group="Prune",
                         help="The manifest of before: cache rules and credential sets that it lists by name and that "
                              "the new one does not may be pruned too.")
        context.argument("wait_timeout", options_list=["--wait-timeout"], type=int,
                         help="Seconds that the whole run may wait until changes take effect in Azure. 0 does not "
                              "wait.")
        context.argument("health_unwatched", options_list=["--no-wait"], action="store_true",
                         help="Do not wait until the credential sets are Healthy.")
        context.argument("concurrency", options_list=["--concurrency"], type=int,
                         help="How many steps, and requests, run side by side: 1 to 64.")
        context.argument("markdown", options_list=["--markdown"],
                         help="File to append the plan or report to as a Markdown table, such as the summary of a job.")
        context.argument("handover", options_list=["--handover"],
                         help="File to write the commands to that somebody with further rights has to run. Only you "
                              "may read it.")
        context.argument("schema", options_list=["--schema"], action="store_true",
                         help="Print the JSON Schema of manifests and do nothing else.")

    with loader.argument_context("acrcache bootstrap export") as context:
        context.argument("registry_name", options_list=["--registry", "-r"], nargs="+", configured_default="acr",
                         completer=completers.registries,
                         help="Names, login servers or resource IDs of the container registries. You can configure "
                              "the default with `az config set defaults.acr=MyRegistry`.")
        context.argument("resource_group_name", options_list=["--resource-group", "-g"],
                         help="Name of the registries' resource group. Needed only if you have no permission to list "
                              "registries. With --all: export only the registries of this group.")
        context.argument("all_registries", options_list=["--all"], action="store_true",
                         help="Export all registries of the subscription.")
        context.argument("export_format", options_list=["--format"], arg_type=get_enum_type(["manifest"]),
                         help="What to write.")

    with loader.argument_context("acrcache bootstrap discover") as context:
        context.argument("registry_name", options_list=["--registry", "-r"], configured_default="acr",
                         completer=completers.registries,
                         help="Name or resource ID of the container registry, whose rules are taken over where they "
                              "serve an image. Without it, nothing is asked of Azure. You can configure the default "
                              "with `az config set defaults.acr=MyRegistry`.")
        context.argument("file", options_list=["--file", "-f"], nargs="+",
                         help="Kubernetes YAML or JSON, compose files, Dockerfiles, values of charts, folders with "
                              "them, or - for standard input. What a file is, its content says.")
        context.argument("images", options_list=["--images"], nargs="+",
                         help="Files with image references, one on each line, or - for standard input. `#` begins a "
                              "comment.")
        context.argument("aks", options_list=["--aks"], nargs="+", action="extend",
                         help="Names or resource IDs of AKS clusters: the images that run in them, asked for by run "
                              "command, which private clusters take too. Needs no kubectl, and the right "
                              "`Microsoft.ContainerService/managedClusters/runcommand/action`.")
        context.argument("azure_apps", options_list=["--azure-apps"], nargs="*",
                         help="The images of web and function apps with their slots, container apps and jobs, and "
                              "container instances. Optionally names or IDs of subscriptions. Default: the current "
                              "one.")
        context.argument("env_file", options_list=["--env-file"], nargs="+", action="extend",
                         help="Files with values of variables in compose files. Your environment is not read.")
        context.argument("build_arg", options_list=["--build-arg"], nargs="+", action="extend",
                         help="Values of ARGs in Dockerfiles: NAME=VALUE.")
        context.argument("vault", options_list=["--vault"], completer=completers.vaults,
                         help="Name or resource ID of the key vault for the credentials that upstreams demand. The "
                              "secrets are named after the login server: docker-io-username and docker-io-password.")
        context.argument("layout", options_list=["--layout"], arg_type=get_enum_type(["short", "mirror"]),
                         help="Targets such as ubuntu and grafana/loki, or docker.io/library/ubuntu, which never "
                              "collide and which mirrors of container runtimes need.")
        context.argument("wildcards", options_list=["--wildcards"], nargs="?", const="",
                         help="One rule with a wildcard instead of this many repositories or more below one path. "
                              "Without a number: 3, and never all of an upstream.")
        context.argument("likely", options_list=["--likely"], action="store_true",
                         help="Also make rules for what only looks like an image, such as an argument of a container.")
        context.argument("rewrite", options_list=["--rewrite"], arg_group="Rewrite",
                         arg_type=get_enum_type(["kustomize", "sed", "registries-conf", "renovate"]),
                         help="Answer a file that points the images at the registry, instead of the manifest: a "
                              "component of kustomize, a sed script for the files, a drop-in for podman and CRI-O, "
                              "aliases for Renovate. Without images, for all rules of the registry.")
        context.argument("out", options_list=["--out"], arg_group="Rewrite",
                         help="Folder to write the file of --rewrite to.")
        context.argument("yes", options_list=["--yes", "-y"], action="store_true", arg_group="Rewrite",
                         help="Replace a different file in the folder of --out.")
        context.argument("list_images", options_list=["--list"], action="store_true",
                         help="List the images, what serves each and where they stand, instead of the manifest.")

    for command in ("show", "delete"):
        with loader.argument_context(f"acrcache bootstrap {command}") as context:
            context.argument("name", options_list=["--name", "-n"], completer=completers.rules,
                             help="Name or resource ID of the cache rule.")

    with loader.argument_context("acrcache bootstrap delete") as context:
        context.argument("name", options_list=["--name", "-n"], nargs="+", completer=completers.rules,
                         help="Names or resource IDs of the cache rules.")

    with loader.argument_context("acrcache grant vault") as context:
        context.argument("name", options_list=["--name", "-n", "--cred-set", "-c"],
                         completer=completers.credential_sets, help="Name or resource ID of the credential set.")

    with loader.argument_context("acrcache verify") as context:
        context.argument("image", options_list=["--image"], nargs="+", action="extend",
                         help="Image references, such as alpine:3 or docker.io/library/ubuntu:24.04. Can be "
                              "repeated.")
        context.argument("images", options_list=["--images"],
                         help="File with image references, one on each line, or - for standard input. `#` begins a "
                              "comment. A reference that cannot be read is answered in its place; the command "
                              "then exits with 1.")

    with loader.argument_context("acrcache verify pull") as context:
        context.argument("platform", options_list=["--platform"], nargs="+", action="extend",
                         help="Platforms of a multi-platform image to check, such as linux/arm64. Default: all of "
                              "them.")
        context.argument("timeout", options_list=["--timeout"], type=int,
                         help="Seconds to wait for the registry to import what it still gets from the upstream. 0 "
                              "does not wait.")

    with loader.argument_context("acrcache verify upstream") as context:
        context.argument("name", options_list=["--name", "-n"], nargs="+", completer=completers.rules,
                         help="Names or resource IDs of cache rules whose upstreams to check. Default: all rules.")

    with loader.argument_context("acrcache verify resolve") as context:
        context.argument("source_repo", options_list=["--source-repo", "-s"], nargs="+",
                         help="Sources of planned rules, with their login server, to check whether Azure would accept "
                              "them.")
        context.argument("target_repo", options_list=["--target-repo", "-t"], nargs="+",
                         help="Targets of the planned rules, one for each source. Default: as for `bootstrap "
                              "create`.")

    with loader.argument_context("acrcache verify explain") as context:
        context.positional("text", nargs="*", help="The error message, in quotes. Default: standard input.")

    with loader.argument_context("acrcache verify chain") as context:
        context.argument("name", options_list=["--name", "-n"], nargs="+", completer=completers.rules,
                         help="Names or resource IDs of cache rules to check, with all that they depend on. Default: "
                              "all.")
        context.argument("expiry_days", options_list=["--expiry-days"], type=int,
                         help="Warn of secrets that expire within this many days.")
        context.argument("with_upstream", options_list=["--with-upstream"], action="store_true",
                         help="Also try the stored credentials at their upstreams and look for the sources, as `verify "
                              "upstream` does. Reads the secrets with your own rights.")
    with loader.argument_context("acrcache verify") as context:
        context.argument("only", options_list=["--only"], nargs="+", completer=completers.checks,
                         help="Run only these checks or areas, such as credset/health or vault, and what blocks them.")
        context.argument("skip", options_list=["--skip"], nargs="+", completer=completers.checks,
                         help="Skip these checks or areas.")
        context.argument("fail_on", options_list=["--fail-on"], arg_type=get_enum_type(["fail", "warn"]),
                         help="When to exit with 4: on failures only, or on warnings too.")
        context.argument("show_passed", options_list=["--show-passed"], action="store_true",
                         help="With `-o table` on a terminal: show each check that passed, not only how many did.")
        context.argument("no_color", options_list=["--no-color"], action="store_true",
                         help="With `-o table` on a terminal: no colour. The variable `NO_COLOR` does the same.")
        context.argument("junit", options_list=["--junit"], help="File to write the report to as JUnit XML.")
        context.argument("sarif", options_list=["--sarif"], help="File to write the report to as SARIF 2.1.0.")

    for command in ("grant pull", "grant revoke", "verify access"):
        with loader.argument_context(f"acrcache {command}") as context:
            consumer_arguments(context)
    with loader.argument_context("acrcache grant pull") as context:
        context.argument("assign_identity", options_list=["--assign-identity"], nargs="?", const="system",
                         arg_group="Consumer",
                         help="First assign this identity to machines and apps, then grant access to it: "
                              "`system` (the default) or the resource ID of a user-assigned one, which is created if "
                              "it does not exist.")
        context.argument("if_mode", options_list=["--if-mode"], arg_type=get_enum_type(["abac", "legacy"]),
                         help="Assign the roles that the registry would honour in this mode, to prepare a change of "
                              "mode. Default: its current mode.")
    with loader.argument_context("acrcache grant list") as context:
        context.argument("repository", options_list=["--repository"], nargs="+", action="extend",
                         help="List only who has access to these repositories or prefixes such as team/*.")
        context.argument("consumer_kind", options_list=["--consumer-kind"], nargs="+",
                         arg_type=get_enum_type([*(kind.flag for kind in KINDS), "user", "group"]),
                         help="Only consumers of these kinds.")
        context.argument("if_mode", options_list=["--if-mode"], arg_type=get_enum_type(["abac", "legacy"]),
                         help="List who would lose access if the registry were in this mode, each with the command "
                              "that keeps it.")
    with loader.argument_context("acrcache grant revoke") as context:
        context.argument("app_settings", options_list=["--app-settings"], action="store_true",
                         help="Also remove what `grant pull` configured in apps.")
        context.argument("orphans", options_list=["--orphans"], action="store_true",
                         help="Remove role assignments on the registry whose identities no longer exist.")


def consumer_arguments(context):
    """The flags that name consumers, one for each kind, and what is common to commands that take them."""
    for kind in KINDS:
        context.extra(kind.dest, options_list=[f"--{kind.flag}"], nargs="+", action="extend", arg_group="Consumer",
                      help=f"{kind.plural}: {kind.named_by}. Can be given again.")
    context.argument("assignee_object_id", options_list=["--assignee-object-id"], nargs="+", action="extend",
                     arg_group="Consumer",
                     help="Object IDs of service principals, users or groups. Nothing is looked up.")
    context.argument("assignee_principal_type", options_list=["--assignee-principal-type"], arg_group="Consumer",
                     help="What --assignee-object-id is: ServicePrincipal, User or Group.")
    context.argument("assignee_identity", options_list=["--assignee-identity"], arg_group="Consumer",
                     help="Which identity pulls where a consumer has several: `system`, or the name or ID of a "
                          "user-assigned one.")
    context.argument("repository", options_list=["--repository"], nargs="+", action="extend",
                     help="Repositories, or all below a path such as team/*. Default: all of the registry.")
    context.argument("for_rule", options_list=["--for-rule"], nargs="+", action="extend", completer=completers.rules,
                     help="The repositories that these cache rules fill.")
    context.argument("push", options_list=["--push"], action="store_true", help="Push as well as pull.")
    context.argument("catalog", options_list=["--catalog"], action="store_true",
                     help="The list of all repositories, for which an ABAC registry has a role of its own.")
