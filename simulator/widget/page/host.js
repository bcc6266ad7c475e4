/** The page around the widget, or the one that opened its window; null when there is neither. */
const host = window.opener ?? (window.parent === window ? null : window.parent);

/** Where that page is: messages go nowhere else. The referrer's origin is the one both browsers and SDKs give us; a host that hides it gets them all the same. */
const hostOrigin = originOf(document.location.ancestorOrigins?.[0]) ?? originOf(document.referrer) ?? '*';

/** Whether anybody listens. */
export function hasHost() {
  return host !== null || native() !== undefined;
}

/** Tells the host: `{type, payload}` as a JSON text, the only form the SDKs take. */
export function tellHost(message) {
  const text = JSON.stringify(message);
  native()?.(text);
  host?.postMessage(text, hostOrigin);
}

/** Android and React Native listen on bridges of their own. */
function native() {
  if (window.BankLinkSDKAndroid !== undefined) return (text) => window.BankLinkSDKAndroid.streamEvents(text);
  if (window.ReactNativeWebView !== undefined) return (text) => window.ReactNativeWebView.postMessage(text);
  return undefined;
}

function originOf(url) {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { origin } = new URL(url);
  return origin === 'null' ? undefined : origin;
}
