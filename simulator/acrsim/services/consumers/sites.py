"""Microsoft.Web/sites and their slots: web apps and function apps.

Shapes: the specification Microsoft.Web 2025-05-01 (Site, SiteConfigResource, StringDictionary), shortened to what
pulls and identities need. # Guess: every write ends at once with 200, which the specification allows beside 202.
"""
from __future__ import annotations

from ...arm import api_version, arm_route, caller, not_found
from ...protocol.http import Headers, Request, Response, Router, arm_error
from ...state.operations import ARM
from ...state.resources import Resource
from ...state.world import World
from ..managed_identity.resource_identity import complete_identity, end_identity, seed_identity, write_identity
from .site_settings import CONFIG, changed_config, new_config, new_properties, shown_in_site
from .tracked_resources import TrackedResources

SEED_KEYS = {"sites"}
TYPE = "Microsoft.Web/sites"
SLOT = "Microsoft.Web/sites/slots"


def register(router: Router, world: World) -> None:
    sites = Sites(world)
    sites.register(router)
    base = TYPE + "/{name}"
    arm_route(router, world, "GET", base + "/config/slotConfigNames", sites.slot_settings, f"{TYPE}/config/read")
    arm_route(router, world, "GET", base + "/slots", sites.list_slots, f"{SLOT}/read")
    arm_route(router, world, "GET", base + "/slots/{slot}", sites.get, f"{SLOT}/read")
    router.add("GET", ARM, "/providers/Microsoft.Web/functionAppStacks", sites.function_stacks)
    for template, type in ((base, TYPE), (base + "/slots/{slot}", SLOT)):
        for method, below, handler, verb in (
                ("PUT", "", sites.put, "write"), ("PATCH", "", sites.patch, "write"),
                ("DELETE", "", sites.delete, "delete"),
                ("GET", "/config/web", sites.get_config, "config/read"),
                ("GET", "/sitecontainers", sites.list_containers, "sitecontainers/read"),
                ("PUT", "/config/web", sites.put_config, "config/write"),
                ("PATCH", "/config/web", sites.patch_config, "config/write"),
                ("POST", "/config/appsettings/list", sites.list_app_settings, "config/list/action"),
                ("PUT", "/config/appsettings", sites.put_app_settings, "config/write"),
                ("POST", "/publishxml", sites.publish_profiles, "publishxml/action")):
            arm_route(router, world, method, template + below, handler, f"{type}/{verb}")


class Sites(TrackedResources):
    def __init__(self, world: World):
        super().__init__(world, TYPE, _shown)

    def known(self, request: Request) -> Resource:
        """The site, or the slot if the path names one. Raises Reject 404 ResourceNotFound."""
        site_id = _site_id(request)
        found = self.world.resources.get(site_id)
        if found is None:
            raise not_found(site_id)
        return found

    def list_slots(self, request: Request) -> Response:
        site = self.known(request)
        return Response(200, {"value": [_shown(slot) for slot in self.world.resources.children(site.id, SLOT)]})

    def put(self, request: Request) -> Response:
        body, site_id = request.json(), _site_id(request)
        site = self.world.resources.get(site_id)
        if site is None:
            if not body.get("location"):
                raise arm_error(400, "LocationRequired", "The location property is required for this definition.")
            site = self._made(site_id, body.get("kind") or "app", body["location"], request)
        return self._written(request, site, body, merge=False)

    def patch(self, request: Request) -> Response:
        return self._written(request, self.known(request), request.json(), merge=True)

    def delete(self, request: Request) -> Response:
        return Response(200 if self.world.remove_resource(_site_id(request)) else 204)

    def get_config(self, request: Request) -> Response:
        return Response(200, _config_shown(self.known(request)))

    def put_config(self, request: Request) -> Response:
        """Replaces: what the body leaves out has its default again."""
        site = self.known(request)
        image = site.properties["siteConfig"]["linuxFxVersion"]
        site.properties["siteConfig"] = changed_config(new_config(image), request.json().get("properties") or {})
        return Response(200, _config_shown(site))

    def patch_config(self, request: Request) -> Response:
        site = self.known(request)
        site.properties["siteConfig"] = changed_config(site.properties["siteConfig"],
                                                       request.json().get("properties") or {})
        return Response(200, _config_shown(site))

    def list_containers(self, request: Request) -> Response:
        """Of a site whose linuxFxVersion is `SITECONTAINERS` (web-apps API 2023-12-01, WebApps_ListSiteContainers)."""
        site = self.known(request)
        return Response(200, {"value": [
            {"id": f"{site.id}/sitecontainers/{name}", "name": name, "type": f"{site.type}/sitecontainers",
             "location": site.location, "properties": {"image": image, "isMain": place == 0, "targetPort": "80",
                                                       "authType": "Anonymous"}}
            for place, (name, image) in enumerate(site.internal["containers"].items())], "nextLink": None})

    def list_app_settings(self, request: Request) -> Response:
        return Response(200, _settings_shown(self.known(request)))

    def slot_settings(self, request: Request) -> Response:
        """The settings that stay with a slot: none, since none can be made so here."""
        site = self.known(request)
        return Response(200, {"id": f"{site.id}/config/slotConfigNames", "name": site.name, "type": f"{TYPE}/config",
                              "location": site.location, "properties": {
                                  "connectionStringNames": None, "appSettingNames": None,
                                  "azureStorageConfigNames": None}})

    def function_stacks(self, request: Request) -> Response:
        """The languages that functions may be written in: none here, where all of them come as images.

        `az functionapp config set` asks; for an image it warns that it does not know its language, and goes on.
        # Guess: an empty list is in the service's form.
        """
        api_version(request)
        caller(self.world, request)
        return Response(200, {"value": [], "nextLink": None, "id": None})

    def put_app_settings(self, request: Request) -> Response:
        site = self.known(request)
        site.internal["app_settings"] = dict(request.json().get("properties") or {})
        return Response(200, _settings_shown(site))

    def publish_profiles(self, request: Request) -> Response:
        """What `az webapp show` reads the address for FTP from. # Guess: attributes beyond those that az reads."""
        site = self.known(request)
        host = f"{site.name.lower().replace('/', '-')}.ftp.azurewebsites.windows.net"
        profile = (f'<publishProfile profileName="{site.name} - FTP" publishMethod="FTP" '
                   f'publishUrl="ftps://{host}/site/wwwroot" ftpPassiveMode="True" '
                   f'destinationAppUrl="https://{site.properties["defaultHostName"]}" />')
        return Response(200, f"<publishData>{profile}{profile.replace('FTP', 'ZipDeploy')}</publishData>".encode(),
                        Headers({"content-type": "application/xml"}))

    def seed_site(self, entry: dict) -> Resource:
        """Raises KeyError for an entry without a part it needs."""
        site = self.plant(entry, {})
        self._fill(site, entry.get("kind", "app,linux,container"), entry)
        for item in entry.get("slots") or []:
            slot = Resource(f"{site.id}/slots/{item['name']}", SLOT, f"{site.name}/{item['name']}", site.location, {})
            seed_identity(self.world, slot, item)
            self._fill(slot, site.extra["kind"], {**item, "image": item.get("image") or entry.get("image")})
            self.world.resources.put(slot)
        return site

    def _made(self, site_id: str, kind: str, location: str, request: Request) -> Resource:
        slot = request.args.get("slot")
        name = f"{request.args['name']}/{slot}" if slot else request.args["name"]
        site = Resource(site_id, SLOT if slot else TYPE, name, location, {})
        self._fill(site, kind, {})
        return site

    def _fill(self, site: Resource, kind: str, entry: dict) -> None:
        site.extra["kind"] = kind
        site.properties = new_properties(self.world, site, entry.get("plan"))
        image = entry.get("image")
        site.properties["siteConfig"] = changed_config(new_config(f"DOCKER|{image}" if image else ""),
                                                       entry.get("config") or {})
        site.internal["app_settings"] = dict(entry.get("appSettings") or {})
        site.internal["containers"] = dict(entry.get("containers") or {})
        if site.internal["containers"]:
            site.properties["siteConfig"]["linuxFxVersion"] = "SITECONTAINERS"

    def _written(self, request: Request, site: Resource, body: dict, merge: bool) -> Response:
        given = body.get("properties") or {}
        config = changed_config(site.properties["siteConfig"], given.get("siteConfig") or {})
        if body.get("identity") is not None:
            write_identity(self.world, request, site, body["identity"], merge)
            complete_identity(self.world, site)
        if body.get("tags") is not None:
            site.tags = body["tags"]
        site.properties["siteConfig"] = config
        for name in ("enabled", "httpsOnly", "clientAffinityEnabled", "keyVaultReferenceIdentity", "serverFarmId"):
            if given.get(name) is not None:
                site.properties[name] = given[name]
        site.properties["lastModifiedTimeUtc"] = self.world.clock.iso()[:23]
        self.world.resources.put(site)
        return Response(200, _shown(site))

    def removed(self, resource: Resource) -> None:
        super().removed(resource)
        if resource.type == SLOT:
            end_identity(self.world, resource)


def seed(world: World, document: dict) -> None:
    """`sites`: {name, subscription, group, location?, tags?, identity?, ...}.

    kind: app,linux,container (default) or functionapp,linux,container; image: a reference; plan: a server farm's id;
    containers: {name: image}, the main one first, in place of image; config: settings of config/web; appSettings: {};
    slots: [{name, identity?, image?, config?, appSettings?}].
    """
    service = Sites(world)
    for entry in document.get("sites") or []:
        service.seed_site(entry)


def _site_id(request: Request) -> str:
    parts = request.args["resource_id"].split("/")
    return "/".join(parts[:11] if "slot" in request.args else parts[:9])


def _shown(site: Resource) -> dict:
    shown = site.to_arm()
    # Stored whole under siteConfig, where the world's view shows it; ARM shows a part of it there.
    shown["properties"] = {**site.properties, "siteConfig": shown_in_site(site.properties["siteConfig"])}
    return shown


def _config_shown(site: Resource) -> dict:
    return {"id": f"{site.id}/config/web", "name": site.name, "type": f"{site.type}/config",
            "location": site.location, "tags": site.tags,
            "properties": {name: site.properties["siteConfig"].get(name) for name in CONFIG}}


def _settings_shown(site: Resource) -> dict:
    return {"id": f"{site.id}/config/appsettings", "name": "appsettings", "type": f"{site.type}/config",
            "location": site.location, "tags": site.tags, "properties": dict(site.internal["app_settings"])}
