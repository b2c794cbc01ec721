"""What `--help` says."""
from knack.help_files import helps

helps["acrcache"] = """
type: group
short-summary: Set up, open and check the artifact cache of a container registry.
long-summary: >-
    A cache rule lets a registry pull through from an upstream such as Docker Hub. These commands make the whole chain
    that one pull depends on: secrets in a key vault, a credential set, access for its identity, and the rule.
"""

helps["acrcache bootstrap"] = """
type: group
short-summary: Bring chains of secrets, credential set, vault access and cache rule about, and take them down.
"""

helps["acrcache bootstrap create"] = """
type: command
short-summary: Set up everything that one cached pull needs.
long-summary: >-
    Makes a credential set from two secrets in a key vault, lets its identity read exactly those two, makes a cache rule
    for each source, and waits until the credential set is Healthy. What exists already and is as asked for is left
    alone, so that the command can be run again at any time, also after a run that was cut off. What can't work is
    refused before anything is written.
examples:
  - name: Cache ubuntu from Docker Hub with credentials that are in a key vault.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu --vault MyKeyVault
        --username-id dockerhub-user --password-id dockerhub-pat
  - name: Do the same, then pull one image through the cache to see that it works.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu --vault MyKeyVault
        --username-id dockerhub-user --password-id dockerhub-pat --verify-tag 22.04
  - name: See what that would do, and let a script know by the exit code.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu --vault MyKeyVault
        --username-id dockerhub-user --password-id dockerhub-pat --what-if --exit-code
  - name: Store the credentials on the way, the access token from a file.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo ghcr.io/contoso/app --vault MyKeyVault
        --upstream-username contoso-bot --upstream-password-file token.txt
  - name: Make several rules with one credential set, and names of your own.
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

helps["acrcache bootstrap show"] = """
type: command
short-summary: Show the chain of one cache rule.
long-summary: >-
    Source, target, credential set with its health, secrets with their state, key vault with its kind of access, and who
    may pull.
examples:
  - name: Show the chain behind a cache rule.
    text: az acrcache bootstrap show --registry MyRegistry --name MyRule
  - name: Print only whether its credentials can be read.
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

helps["acrcache bootstrap delete"] = """
type: command
short-summary: Take chains down.
long-summary: >-
    Deletes the cache rules and, where no other rule uses it, the credential set together with the role assignments or
    the access policy that let its identity read the two secrets. Cached repositories, secrets and key vaults stay. Says
    what it will do and asks first.
examples:
  - name: Take the chain of one rule down.
    text: az acrcache bootstrap delete --registry MyRegistry --name MyRule
  - name: See what would be deleted.
    text: az acrcache bootstrap delete --registry MyRegistry --name MyRule --what-if
  - name: Take a credential set down that is left over, in a script.
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
    least that works: the role Key Vault Secrets User on each secret, or get on secrets. Access that exists already,
    directly or inherited, is left as it is.
examples:
  - name: Let a credential set read its secrets.
    text: az acrcache grant vault --registry MyRegistry --name MyDockerHubCredSet
  - name: Grant on the whole vault, and do not wait until the credential set is Healthy.
    text: az acrcache grant vault --registry MyRegistry --name MyDockerHubCredSet --vault-scope vault --no-wait
"""

helps["acrcache verify"] = """
type: group
short-summary: Find out why a cached pull fails, and what mends it.
"""

helps["acrcache verify pull"] = """
type: command
short-summary: Pull an image's manifest through the cache and say whether it is cached.
long-summary: >-
    Signs in as a container runtime does, asks for the manifest and for that of each platform, and looks again until
    the registry no longer gets them from the upstream. The verdict is CACHED, PROXIED-ONLY (works, never stored),
    STALE (the upstream has another image), INDEX-WITHOUT-CHILD (a platform is missing), DENIED (the registry refused
    the caller) or UPSTREAM-FAILED. Layers are not pulled. A pull may count against the upstream's rate limit.
examples:
  - name: Pull an image through the cache.
    text: az acrcache verify pull --registry MyRegistry --image ubuntu:22.04
  - name: Pull two images for one platform and wait up to two minutes until they are cached.
    text: >-
        az acrcache verify pull --registry MyRegistry --resource-group MyGroup --platform linux/arm64 --timeout 120
        --image ubuntu:22.04 docker.io/library/nginx
  - name: Pull all images in a list, and let a pipeline fail where one is not cached.
    text: az acrcache verify pull --registry MyRegistry --images images.txt --fail-on warn --output table
"""

helps["acrcache verify upstream"] = """
type: command
short-summary: Say whether upstreams take the stored credentials and hold what rules draw from them.
long-summary: >-
    Reads the two secrets of each credential set, where the caller may, signs in to the upstream with them and looks
    for the source of each rule; for Docker Hub, says how much of the rate limit is left. The values are shown
    nowhere. A rule without credentials is asked for without any.
examples:
  - name: Look at the upstreams of all rules.
    text: az acrcache verify upstream --registry MyRegistry --output table
  - name: Look at the upstream of one rule, and let a pipeline fail when the rate limit is nearly used up.
    text: az acrcache verify upstream --registry MyRegistry --resource-group MyGroup --name MyRule --fail-on warn
"""

helps["acrcache verify login"] = """
type: command
short-summary: Say in which ways one can sign in to a registry, which work for you, and which should be off.
long-summary: >-
    Entra token, exposed token, service principal, repository token, admin user and anonymous pull. Nothing is
    switched on to find out, and no password is read.
examples:
  - name: See all ways to sign in.
    text: az acrcache verify login --registry MyRegistry --output table
  - name: Let a pipeline fail when a way is on that should be off.
    text: az acrcache verify login --registry MyRegistry --resource-group MyGroup --fail-on warn
"""

helps["acrcache verify resolve"] = """
type: command
short-summary: Say which cache rule serves an image, and what to write instead of it.
long-summary: >-
    Works from the registry's rules alone and pulls nothing. A rule that names one repository beats a wildcard;
    library/ of Docker Hub's official images is put in where it is left out; tag and digest are kept. For an image that
    no rule serves, note holds the line that makes the rule, and the exit code is 4.
examples:
  - name: Find what to write instead of images.
    text: az acrcache verify resolve --registry MyRegistry --image docker.io/alpine:3 ghcr.io/contoso/app:1.0
  - name: Find what to write instead of all images in a list.
    text: az acrcache verify resolve --registry MyRegistry --resource-group MyGroup --images images.txt --output table
  - name: Ask whether Azure would take a rule beside those that there are.
    text: >-
        az acrcache verify resolve --registry MyRegistry --source-repo mcr.microsoft.com/dotnet/* --target-repo dotnet/*
"""

helps["acrcache verify explain"] = """
type: command
short-summary: Say what an error text of a pull or of its set-up means.
long-summary: >-
    Knows what docker, kubelet, Azure Resource Manager, Key Vault and az say, and names the check, the cause and the
    commands that mend it. Asks nobody. A text that is not known is not guessed at; the exit code is then 1.
examples:
  - name: Explain an error text.
    text: >-
        az acrcache verify explain "too many requests to source registry for cache rule 'ubuntu'"
  - name: Explain what a pod's events say.
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
  - name: Print only the commands that mend what failed.
    text: >-
        az acrcache verify chain --registry MyRegistry --query "checks[?status=='fail'].fix[].command" --output tsv
  - name: Check the chains of two rules.
    text: az acrcache verify chain --registry MyRegistry --resource-group MyGroup --name MyRule MyOtherRule
  - name: In a pipeline, fail on warnings too, also on secrets that expire within 60 days, and leave reports behind.
    text: >-
        az acrcache verify chain --registry MyRegistry --fail-on warn --expiry-days 60 --junit verify.xml
        --sarif verify.sarif
  - name: Try the stored credentials at their upstreams too.
    text: az acrcache verify chain --registry MyRegistry --with-upstream --output table
  - name: Check only credential sets and their vaults, without the check for wide access.
    text: az acrcache verify chain --registry MyRegistry --only credset vault --skip vault/least-privilege
"""

helps["acrcache grant pull"] = """
type: command
short-summary: Let consumers pull from a registry, or push to it.
long-summary: >-
    Finds the identity that each consumer really pulls with (for AKS that of the kubelet, not the control plane), and
    gives it the narrowest role that the registry's mode honours: AcrPull or AcrPush in legacy mode, Container Registry
    Repository Reader or Writer in ABAC mode, with a condition where repositories are named. Tells web apps, function
    apps and container apps to pull with that identity. Access that exists already is left as it is; repositories named
    anew take the place of those of an earlier run.
examples:
  - name: Let an AKS cluster pull.
    text: az acrcache grant pull --registry MyRegistry --aks MyCluster
  - name: Let several consumers pull two repositories of an ABAC registry, and what is below team.
    text: >-
        az acrcache grant pull --registry MyRegistry --aks MyCluster --vm MyVM --repository ubuntu nginx team/*
  - name: Let a scale set pull what a cache rule fills, with one of its identities.
    text: >-
        az acrcache grant pull --registry MyRegistry --vmss MyScaleSet --for-rule MyRule --assignee-identity MyIdentity
  - name: Give a VM a system-assigned identity and let it pull.
    text: az acrcache grant pull --registry MyRegistry --vm MyVM --assign-identity
  - name: Let a web app's slot, a function app and a container app pull, and set them up for it.
    text: >-
        az acrcache grant pull --registry MyRegistry --webapp MyApp/staging --functionapp MyFunctions
        --containerapp MyContainerApp --wait-timeout 300
  - name: Let a container group, a user-assigned identity and a service principal pull.
    text: >-
        az acrcache grant pull --registry MyRegistry --resource-group MyGroup --container-instance MyContainers
        --identity /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/MyGroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller
        --service-principal 00000000-0000-0000-0000-000000000001
  - name: Let a pipeline push and list repositories, and see what that would do.
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
    Every role assignment on the registry or above it that gives pull or push, also by a custom role, with the
    repositories of its condition and whether the registry's mode honours it. Names and kinds are shown as far as you
    may read Entra ID; identities that are gone are marked as orphans.
examples:
  - name: List everybody as a table.
    text: az acrcache grant list --registry MyRegistry --output table
  - name: List the AKS clusters and VMs that may reach a repository.
    text: >-
        az acrcache grant list --registry MyRegistry --resource-group MyGroup --repository team/app --consumer-kind aks vm
  - name: List who believes to have access and has not.
    text: az acrcache grant list --registry MyRegistry --query "[?!honoured].[principalName,role]" --output tsv
  - name: Print the lines that keep access through a change to ABAC mode.
    text: az acrcache grant list --registry MyRegistry --if-mode abac --query [].keepWith --output tsv
"""

helps["acrcache grant revoke"] = """
type: command
short-summary: Take back what consumers, or a credential set, may do.
long-summary: >-
    Removes the pull and push roles of these consumers on this registry. Inherited and wider roles stay and are named.
    With repositories, only these are taken out of the condition. Says what it will do and asks first.
examples:
  - name: Take an AKS cluster's access away.
    text: az acrcache grant revoke --registry MyRegistry --aks MyCluster
  - name: See what would be taken from several consumers.
    text: >-
        az acrcache grant revoke --registry MyRegistry --vm MyVM --vmss MyScaleSet --functionapp MyFunctions
        --container-instance MyContainers --assignee-identity system --what-if --exit-code
  - name: Take back access and settings of apps, in a script.
    text: >-
        az acrcache grant revoke --registry MyRegistry --webapp MyApp --containerapp MyContainerApp --app-settings --yes
  - name: Take only two repositories, and what a rule fills, out of an identity's access.
    text: >-
        az acrcache grant revoke --registry MyRegistry --identity MyIdentity --repository ubuntu team/* --for-rule MyRule
  - name: Take push and the list of repositories from a service principal, or from an object ID.
    text: >-
        az acrcache grant revoke --registry MyRegistry --service-principal 00000000-0000-0000-0000-000000000001
        --assignee-object-id 00000000-0000-0000-0000-000000000002 --assignee-principal-type User --push --catalog
  - name: Clean up after identities that no longer exist, and a credential set's access to its secrets.
    text: >-
        az acrcache grant revoke --registry MyRegistry --resource-group MyGroup --orphans --cred-set MyCredSet
        --wait-timeout 300
"""

helps["acrcache verify access"] = """
type: command
short-summary: Say whether consumers can pull, and if not, why.
long-summary: >-
    Worked out from role assignments, role definitions, conditions and the registry's mode, from the tenants, and from the
    settings of web apps, function apps and container apps. No cluster or machine is touched. Exits with 3 where a consumer
    does not exist and with 4 where a check failed.
examples:
  - name: Can this cluster pull this repository?
    text: az acrcache verify access --registry MyRegistry --aks MyCluster --repository team/app
  - name: Check several consumers as a table.
    text: >-
        az acrcache verify access --registry MyRegistry --resource-group MyGroup --vm MyVM --vmss MyScaleSet
        --webapp MyApp/staging --functionapp MyFunctions --containerapp MyContainerApp --container-instance MyContainers
        --identity MyIdentity --fail-on warn --output table
  - name: May a service principal and an object ID push what a rule fills?
    text: >-
        az acrcache verify access --registry MyRegistry --service-principal 00000000-0000-0000-0000-000000000001
        --assignee-object-id 00000000-0000-0000-0000-000000000002 --assignee-principal-type ServicePrincipal
        --for-rule MyRule --push
  - name: Check one of a VM's identities.
    text: az acrcache verify access --registry MyRegistry --vm MyVM --assignee-identity system
"""
