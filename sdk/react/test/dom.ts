import { GlobalWindow } from 'happy-dom';

// A document for React in a process that otherwise stays Node.js: the tests
// speak to real servers with Node's own fetch.
const window = new GlobalWindow({ url: 'http://localhost/' });
const { document, navigator, MutationObserver, Node, Element, HTMLElement, HTMLIFrameElement } = window;
const globals = {
  ...{ window, document, navigator, MutationObserver, Node, Element, HTMLElement, HTMLIFrameElement },
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
};

for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
