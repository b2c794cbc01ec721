"""What `--help` says."""
from knack.help_files import helps

helps["acrcache"] = """
type: group
short-summary: Set up the artifact cache of a container registry, grant access to it and check it.
long-summary: >-
    A cache rule lets a registry pull through from an upstream such as Docker Hub. These commands create the whole chain
    that one pull depends on: secrets in a key vault, a credential set, access for its identity, and the rule.
"""

helps["acrcache bootstrap"] = """
type: group
short-summary: Set up, show and delete chains of secrets, credential set, vault access and cache rule.
"""

helps["acrcache bootstrap create"] = """
type: command
short-summary: Set up everything that one cached pull needs.
long-summary: >-
    Creates a credential set from two secrets in a key vault, lets its identity read exactly those two, creates a cache
    rule for each source, and waits until the credential set is Healthy. What already exists as requested is left
    unchanged, so the command can be run again at any time, also after a run that was interrupted. A request that can't
    work is refused before anything is written.
examples:
  - name: Cache ubuntu from Docker Hub with credentials from a key vault.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu --vault MyKeyVault
        --username-id dockerhub-user --password-id dockerhub-pat
  - name: Do the same, then pull one image through the cache to check that it works.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu --vault MyKeyVault
        --username-id dockerhub-user --password-id dockerhub-pat --verify-tag 22.04
  - name: Preview the changes, and exit with 5 when there are any.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu --vault MyKeyVault
        --username-id dockerhub-user --password-id dockerhub-pat --what-if --exit-code
  - name: Store the credentials in the key vault as well, with the access token from a file.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo ghcr.io/contoso/app --vault MyKeyVault
        --upstream-username contoso-bot --upstream-password-file token.txt
  - name: Store them with an expiry date, where a policy demands one.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo ghcr.io/contoso/app --vault MyKeyVault
        --upstream-username contoso-bot --upstream-password-file token.txt --expires 2030-12-31
  - name: Create several rules with one credential set, and choose all names.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu docker.io/library/nginx
        --target-repo hub/ubuntu hub/nginx --name HubUbuntu HubNginx --cred-set MyDockerHubCredSet
        --login-server docker.io --vault MyKeyVault --username-id dockerhub-user --password-id dockerhub-pat
        --vault-access rbac --vault-scope vault
  - name: Cache all .NET images of the Microsoft registry, without credentials.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --resource-group MyGroup --source-repo mcr.microsoft.com/dotnet/*
        --target-repo dotnet/* --no-wait
  - name: Cache from another Azure registry with a user-assigned identity that may pull there.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo upstream.azurecr.io/team/app
        --identity /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/MyGroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller
        --wait-timeout 300
"""

helps["acrcache bootstrap apply"] = """
type: command
short-summary: Bring many registries to what a manifest says.
long-summary: >-
    A manifest lists the cache rules, credential sets and consumers of one or many registries, in YAML or JSON. All of
    it is checked before the first write: against itself, and against what the registries hold. Independent steps of all
    registries run side by side; a registry that fails does not stop the others. What stands in a registry and not in
    the manifest is left alone and shown as Ignore, unless --prune is given. The same command carries on after a run
    that was cut off. A plan that was reviewed is carried out with --expect and its fingerprint, and refused if it is
    another one by then.
examples:
  - name: Show what a manifest would change, and exit with 5 when there is anything.
    text: az acrcache bootstrap apply --file cache.yaml --what-if --exit-code --output table
  - name: Carry out exactly the plan that was reviewed.
    text: az acrcache bootstrap apply --file cache.yaml --expect 0123456789abcdef
  - name: Apply the files of several teams, and delete what the last release listed and this one does not.
    text: >-
        az acrcache bootstrap apply --file team-a.yaml team-b.yaml --prune --previous last-release.yaml --yes
  - name: Add the plan to the summary of a job, and keep the commands that need further rights in a file.
    text: >-
        az acrcache bootstrap apply --file cache.yaml --markdown summary.md --handover for-the-owner.sh
        --concurrency 16 --wait-timeout 1200
  - name: Print the JSON Schema of manifests, for an editor.
    text: az acrcache bootstrap apply --schema
  - name: Apply what another command prints, without waiting for health.
    text: az acrcache bootstrap apply --file - --no-wait
"""

helps["acrcache bootstrap show"] = """
type: command
short-summary: Show the chain of one cache rule.
long-summary: >-
    Shows source, target, credential set with its health, secrets with their state, key vault with its access model, and
    who may pull.
examples:
  - name: Show the chain behind a cache rule.
    text: az acrcache bootstrap show --registry MyRegistry --name MyRule
  - name: Print only the health of its credential set.
    text: az acrcache bootstrap show --registry MyRegistry --name MyRule --query credentialSet.health.status --output tsv
"""

helps["acrcache bootstrap list"] = """
type: command
short-summary: List the chains of all cache rules of a registry.
examples:
  - name: List all chains as a table.
    text: az acrcache bootstrap list --registry MyRegistry --output table
  - name: List the rules whose credential set is not Healthy.
    text: >-
        az acrcache bootstrap list --registry MyRegistry
        --query "[?credentialSet.health.status=='Unhealthy'].name"
"""

helps["acrcache bootstrap export"] = """
type: command
short-summary: Export registries as a manifest.
long-summary: >-
    Writes the cache rules, the credential sets with their key vaults and secrets, and who was granted pull or push on the
    registry itself, as `bootstrap apply` reads them. Applying the manifest to the same registry changes nothing. What a
    manifest cannot say, such as inherited access, foreign roles and pinned versions of secrets, is a warning on standard
    error, a line each. Values of secrets are neither read nor written.
examples:
  - name: Export a registry as YAML.
    text: az acrcache bootstrap export --registry MyRegistry --output yaml
  - name: Export two registries into one manifest.
    text: az acrcache bootstrap export --registry MyRegistry MyOtherRegistry --format manifest
  - name: Export all registries of a resource group as JSON.
    text: az acrcache bootstrap export --all --resource-group MyGroup
  - name: List what a manifest of all registries of the subscription would hold.
    text: az acrcache bootstrap export --all --output table
"""

helps["acrcache bootstrap discover"] = """
type: command
short-summary: Find the images that files use, and write the manifest that they need.
long-summary: >-
    Reads Kubernetes and compose files, Dockerfiles and values of charts, and writes the fewest cache rules that serve
    their images, as `bootstrap apply` reads them. Rules of the registry that serve an image are taken over as they
    stand. Told on standard error, with the commands that help: images on registries that artifact cache does not know,
    images that are in the registry already, and what cannot be resolved. Exits with 1 when a file could not be read or an
    image not resolved.
examples:
  - name: Preview the rules for all images in a folder and two files.
    text: >-
        az acrcache bootstrap discover --registry MyRegistry --vault MyKeyVault --file k8s/ compose.yaml Dockerfile |
        az acrcache bootstrap apply --file - --what-if
  - name: Write the manifest for a rendered chart.
    text: >-
        helm template MyRelease ./chart | az acrcache bootstrap discover --registry MyRegistry --vault MyKeyVault
        --file - > cache.json
  - name: Write the manifest for what runs in a cluster and in the apps of the subscription.
    text: az acrcache bootstrap discover --registry MyRegistry --vault MyKeyVault --aks MyCluster --azure-apps
  - name: List where each image of a list stands, without asking Azure.
    text: az acrcache bootstrap discover --images images.txt --list --output table
  - name: Write rules for mirrors of container runtimes.
    text: >-
        az acrcache bootstrap discover --registry MyRegistry --resource-group MyGroup --vault MyKeyVault --file k8s/
        --layout mirror
  - name: Write one rule with a wildcard for four repositories or more, and for what looks like an image too.
    text: >-
        az acrcache bootstrap discover --registry MyRegistry --vault MyKeyVault --file k8s/ --wildcards 4 --likely
  - name: Print a drop-in for podman, skopeo and CRI-O that pulls through all rules of a registry.
    text: >-
        az acrcache bootstrap discover --registry MyRegistry --rewrite registries-conf --query "[0].content" --output tsv
  - name: Write a kustomize component for the images in a folder, over an older one.
    text: >-
        az acrcache bootstrap discover --registry MyRegistry --file k8s/ --rewrite kustomize --out acrcache --yes
  - name: Give values to the variables of a compose file and a Dockerfile.
    text: >-
        az acrcache bootstrap discover --registry MyRegistry --vault MyKeyVault --file compose.yaml Dockerfile
        --env-file .env --build-arg VERSION=1.25
"""

helps["acrcache bootstrap delete"] = """
type: command
short-summary: Delete chains.
long-summary: >-
    Deletes the cache rules and, where no other rule uses it, the credential set together with the role assignments or
    the access policy that let its identity read the two secrets. Cached repositories, secrets and key vaults stay. Lists
    the changes and asks for confirmation.
examples:
  - name: Delete the chain of one rule.
    text: az acrcache bootstrap delete --registry MyRegistry --name MyRule
  - name: Preview what would be deleted.
    text: az acrcache bootstrap delete --registry MyRegistry --name MyRule --what-if
  - name: Delete a credential set that no rule uses, without confirmation.
    text: az acrcache bootstrap delete --registry MyRegistry --cred-set MyCredSet --yes
"""

helps["acrcache grant"] = """
type: group
short-summary: Grant the access that a cached pull needs.
"""

helps["acrcache grant vault"] = """
type: command
short-summary: Let the identity of a credential set read its two secrets.
long-summary: >-
    Finds the identity, the key vaults of its secrets and whether they use Azure RBAC or access policies, and grants the
    least access that works: the role Key Vault Secrets User on each secret, or get on secrets. Access that exists already,
    directly or inherited, is left as it is.
examples:
  - name: Let a credential set read its secrets.
    text: az acrcache grant vault --registry MyRegistry --name MyDockerHubCredSet
  - name: Grant on the whole vault, and do not wait until the credential set is Healthy.
    text: az acrcache grant vault --registry MyRegistry --name MyDockerHubCredSet --vault-scope vault --no-wait
"""

helps["acrcache verify"] = """
type: group
short-summary: Find out why a cached pull fails, and how to fix it.
"""

helps["acrcache verify pull"] = """
type: command
short-summary: Pull an image's manifest through the cache and report whether it is cached.
long-summary: >-
    Signs in as a container runtime does, requests the manifest and that of each platform, and repeats this until the
    registry no longer gets them from the upstream. The verdict is CACHED, PROXIED-ONLY (works, never stored),
    STALE (the upstream has another image), INDEX-WITHOUT-CHILD (a platform is missing), DENIED (the registry refused
    the caller), UPSTREAM-FAILED or NO-RULE (no cache rule serves it and the registry does not hold it). Layers are not
    pulled. A pull may count against the upstream's rate limit.
examples:
  - name: Pull an image through the cache.
    text: az acrcache verify pull --registry MyRegistry --image ubuntu:22.04
  - name: Pull two images for one platform and wait up to two minutes until they are cached.
    text: >-
        az acrcache verify pull --registry MyRegistry --resource-group MyGroup --platform linux/arm64 --timeout 120
        --image ubuntu:22.04 docker.io/library/nginx
  - name: Pull all images in a list, and fail in a pipeline if one is not cached.
    text: az acrcache verify pull --registry MyRegistry --images images.txt --fail-on warn --output table
"""

helps["acrcache verify upstream"] = """
type: command
short-summary: Check whether upstreams accept the stored credentials and have the sources of cache rules.
long-summary: >-
    Reads the two secrets of each credential set, where the caller has access, signs in to the upstream with them and
    looks up the source of each rule. For Docker Hub, shows how much of the rate limit is left. The values of secrets
    are never shown. The source of a rule without credentials is looked up without signing in. Says first which secrets
    go to which upstream, and asks where secrets serve sets of other upstreams too or where the upstream is not known.
examples:
  - name: Check the upstreams of all rules.
    text: az acrcache verify upstream --registry MyRegistry --output table
  - name: Check the upstream of one rule, and fail in a pipeline when the rate limit is nearly used up.
    text: az acrcache verify upstream --registry MyRegistry --resource-group MyGroup --name MyRule --fail-on warn
  - name: Check all upstreams without confirmation, also where secrets serve several upstreams.
    text: az acrcache verify upstream --registry MyRegistry --yes
"""

helps["acrcache verify login"] = """
type: command
short-summary: List the ways to sign in to a registry, which of them work for you, and which should be off.
long-summary: >-
    Covers Entra token, exposed token, service principal, repository token, admin user and anonymous pull. Turns nothing
    on to find out, and reads no password.
examples:
  - name: List all ways to sign in.
    text: az acrcache verify login --registry MyRegistry --output table
  - name: Fail in a pipeline when a way to sign in is on that should be off.
    text: az acrcache verify login --registry MyRegistry --resource-group MyGroup --fail-on warn
"""

helps["acrcache verify resolve"] = """
type: command
short-summary: Find which cache rule serves an image, and which reference to use instead of it.
long-summary: >-
    Uses only the registry's rules and pulls nothing. A rule for one repository takes precedence over a wildcard;
    library/ is added to Docker Hub's official images where it is left out; tag and digest are kept. For an image that
    no rule serves, note is the command that creates the rule, and the exit code is 4.
examples:
  - name: Find the references to use instead of two images.
    text: az acrcache verify resolve --registry MyRegistry --image docker.io/alpine:3 ghcr.io/contoso/app:1.0
  - name: Find the references to use instead of all images in a list.
    text: az acrcache verify resolve --registry MyRegistry --resource-group MyGroup --images images.txt --output table
  - name: Check whether Azure would accept a rule beside the existing ones.
    text: >-
        az acrcache verify resolve --registry MyRegistry --source-repo mcr.microsoft.com/dotnet/* --target-repo dotnet/*
"""

helps["acrcache verify explain"] = """
type: command
short-summary: Explain an error message of a pull or of its setup.
long-summary: >-
    Knows messages of docker, kubelet, Azure Resource Manager, Key Vault and az, and names the check, the cause and the
    commands that fix it. Sends no request. Exits with 1 for a message that it does not know.
examples:
  - name: Explain an error message.
    text: >-
        az acrcache verify explain "too many requests to source registry for cache rule 'ubuntu'"
  - name: Explain the events of a pod.
    text: kubectl describe pod MyPod | az acrcache verify explain
"""

helps["acrcache verify chain"] = """
type: command
short-summary: Check every link of every chain in a registry.
long-summary: >-
    Looks at the registry, its cache rules and credential sets, and the key vaults and secrets behind them. Whether the
    identity of a credential set may read its secrets is worked out from role assignments, custom roles, conditions, deny
    assignments and access policies. What depends on a failed check is skipped, so that one cause shows as one failure;
    each failure comes with the commands that mend it. The stored credentials are not tried at the upstreams unless
    `--with-upstream` is given. Exits with 4 when a check failed, else with 1 when a service gave no answer or nothing
    could be checked.
examples:
  - name: Find the broken link in a registry.
    text: az acrcache verify chain --registry MyRegistry --output table
  - name: List each check with its status, for a script.
    text: >-
        az acrcache verify chain --registry MyRegistry --query "checks[].[status, check, subject]" --output tsv
  - name: Print only the commands that fix what failed.
    text: >-
        az acrcache verify chain --registry MyRegistry --query "checks[?status=='fail'].fix[].command" --output tsv
  - name: Check the chains of two rules.
    text: az acrcache verify chain --registry MyRegistry --resource-group MyGroup --name MyRule MyOtherRule
  - name: In a pipeline, fail on warnings too, also on secrets that expire within 60 days, and write report files.
    text: >-
        az acrcache verify chain --registry MyRegistry --fail-on warn --expiry-days 60 --junit verify.xml
        --sarif verify.sarif
  - name: Try the stored credentials at their upstreams too.
    text: az acrcache verify chain --registry MyRegistry --with-upstream --output table
  - name: Try them without confirmation, also where secrets serve several upstreams.
    text: az acrcache verify chain --registry MyRegistry --with-upstream --yes
  - name: Check only credential sets and their vaults, without the check for wide access.
    text: az acrcache verify chain --registry MyRegistry --only credset vault --skip vault/least-privilege
"""

helps["acrcache grant pull"] = """
type: command
short-summary: Let consumers pull from a registry, or push to it.
long-summary: >-
    Finds the identity that each consumer pulls with (for AKS that of the kubelet, not of the control plane), and
    assigns it the narrowest role that the registry's mode honours: AcrPull or AcrPush in legacy mode, Container Registry
    Repository Reader or Writer in ABAC mode, with a condition where repositories are given. Configures web apps,
    function apps and container apps to pull with that identity. Existing access is left as it is; repositories given
    now replace those of an earlier run.
examples:
  - name: Let an AKS cluster pull.
    text: az acrcache grant pull --registry MyRegistry --aks MyCluster
  - name: Let several consumers pull two repositories of an ABAC registry, and all below team/.
    text: >-
        az acrcache grant pull --registry MyRegistry --aks MyCluster --vm MyVM --repository ubuntu nginx team/*
  - name: Let a scale set pull the repository that a cache rule fills, with one of its identities.
    text: >-
        az acrcache grant pull --registry MyRegistry --vmss MyScaleSet --for-rule MyRule --assignee-identity MyIdentity
  - name: Give a VM a system-assigned identity and let it pull.
    text: az acrcache grant pull --registry MyRegistry --vm MyVM --assign-identity
  - name: Let a web app's slot, a function app and a container app pull, and configure them for it.
    text: >-
        az acrcache grant pull --registry MyRegistry --webapp MyApp/staging --functionapp MyFunctions
        --containerapp MyContainerApp --wait-timeout 300
  - name: Let a container group, a user-assigned identity and a service principal pull.
    text: >-
        az acrcache grant pull --registry MyRegistry --resource-group MyGroup --container-instance MyContainers
        --identity /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/MyGroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller
        --service-principal 00000000-0000-0000-0000-000000000001
  - name: Preview what lets a pipeline push and list repositories.
    text: >-
        az acrcache grant pull --registry MyRegistry --push --catalog --what-if --exit-code
        --assignee-object-id 00000000-0000-0000-0000-000000000002 --assignee-principal-type ServicePrincipal
  - name: Prepare a change to ABAC mode.
    text: az acrcache grant pull --registry MyRegistry --aks MyCluster --if-mode abac
"""

helps["acrcache grant list"] = """
type: command
short-summary: List who can pull from a registry and push to it.
long-summary: >-
    Lists every role assignment on the registry or above it that gives pull or push, also by a custom role, with the
    repositories of its condition and whether the registry's mode honours it. Names and kinds are shown as far as you
    have access to Entra ID; identities that no longer exist are marked as orphans.
examples:
  - name: List everybody as a table.
    text: az acrcache grant list --registry MyRegistry --output table
  - name: List the AKS clusters and VMs that have access to a repository.
    text: >-
        az acrcache grant list --registry MyRegistry --resource-group MyGroup --repository team/app --consumer-kind aks vm
  - name: List principals with a role that the registry does not honour.
    text: az acrcache grant list --registry MyRegistry --query "[?!honoured].[principalName,role]" --output tsv
  - name: Print the commands that keep access through a change to ABAC mode.
    text: az acrcache grant list --registry MyRegistry --if-mode abac --query [].keepWith --output tsv
"""

helps["acrcache grant revoke"] = """
type: command
short-summary: Revoke the access of consumers, or of a credential set.
long-summary: >-
    Removes the pull and push roles of these consumers on this registry. Inherited and wider roles stay and are listed;
    the exit code is then 1.
    With repositories, only these are removed from the condition. Lists the changes and asks for confirmation.
examples:
  - name: Revoke the access of an AKS cluster.
    text: az acrcache grant revoke --registry MyRegistry --aks MyCluster
  - name: Preview what would be revoked from several consumers.
    text: >-
        az acrcache grant revoke --registry MyRegistry --vm MyVM --vmss MyScaleSet --functionapp MyFunctions
        --container-instance MyContainers --assignee-identity system --what-if --exit-code
  - name: Revoke access and settings of apps without confirmation.
    text: >-
        az acrcache grant revoke --registry MyRegistry --webapp MyApp --containerapp MyContainerApp --app-settings --yes
  - name: Remove only some repositories, and those that a rule fills, from an identity's access.
    text: >-
        az acrcache grant revoke --registry MyRegistry --identity MyIdentity --repository ubuntu team/* --for-rule MyRule
  - name: Revoke push and the list of repositories from a service principal and an object ID.
    text: >-
        az acrcache grant revoke --registry MyRegistry --service-principal 00000000-0000-0000-0000-000000000001
        --assignee-object-id 00000000-0000-0000-0000-000000000002 --assignee-principal-type User --push --catalog
  - name: Remove role assignments of deleted identities, and a credential set's access to its secrets.
    text: >-
        az acrcache grant revoke --registry MyRegistry --resource-group MyGroup --orphans --cred-set MyCredSet
        --wait-timeout 300
"""

helps["acrcache verify access"] = """
type: command
short-summary: Check whether consumers can pull, and if not, why.
long-summary: >-
    Determined from role assignments, role definitions, conditions and the registry's mode, from the tenants, and from the
    settings of web apps, function apps and container apps, without access to clusters or machines. Exits with 3 if a
    consumer does not exist and with 4 if a check failed.
examples:
  - name: Check whether a cluster can pull a repository.
    text: az acrcache verify access --registry MyRegistry --aks MyCluster --repository team/app
  - name: Check several consumers as a table.
    text: >-
        az acrcache verify access --registry MyRegistry --resource-group MyGroup --vm MyVM --vmss MyScaleSet
        --webapp MyApp/staging --functionapp MyFunctions --containerapp MyContainerApp --container-instance MyContainers
        --identity MyIdentity --fail-on warn --output table
  - name: Check whether a service principal and an object ID can push to the repository that a rule fills.
    text: >-
        az acrcache verify access --registry MyRegistry --service-principal 00000000-0000-0000-0000-000000000001
        --assignee-object-id 00000000-0000-0000-0000-000000000002 --assignee-principal-type ServicePrincipal
        --for-rule MyRule --push
  - name: Check one of a VM's identities.
    text: az acrcache verify access --registry MyRegistry --vm MyVM --assignee-identity system
"""
