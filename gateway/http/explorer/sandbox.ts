const script =
  "https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js";

/** What the script defines, as far as it is used here. */
interface EmbeddedSandbox {
  new (options: {
    readonly target: HTMLElement;
    readonly initialEndpoint: string;
    readonly endpointIsEditable: boolean;
    readonly allowDynamicStyles: boolean;
    readonly runTelemetry: boolean;
    readonly initialState: { readonly includeCookies: boolean };
  }): unknown;
}

const target = element("sandbox");
const state = element("state");
const loader = document.createElement("script");
loader.src = script;
loader.onload = open;
loader.onerror = () => {
  const said = state.querySelector("p");
  if (said === null) return;
  const link = Object.assign(document.createElement("a"), { href: "/explorer" });
  link.textContent = "The packaged explorer";
  said.replaceChildren(
    "It could not be loaded: it comes from apollographql.com and needs the internet. ",
    link,
    " does not.",
  );
};
document.head.append(loader);

function open(): void {
  const { EmbeddedSandbox } = window as unknown as { readonly EmbeddedSandbox: EmbeddedSandbox };
  state.hidden = true;
  new EmbeddedSandbox({
    target,
    initialEndpoint: `${location.origin}/graphql`,
    endpointIsEditable: false,
    // The page's policy allows no styles from scripts; page.css has those that are needed.
    allowDynamicStyles: false,
    runTelemetry: false,
    initialState: { includeCookies: false },
  });
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`sandbox.html has no #${id}`);
  return found;
}
