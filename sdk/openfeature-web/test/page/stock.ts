// The page of the tests: OpenFeature and its own provider, within reach of them.
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';

const events: string[] = [];
OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
  const flags = details?.flagsChanged as string[] | undefined;
  events.push([ProviderEvents.ConfigurationChanged, ...(flags ?? [])].join(' '));
});
OpenFeature.addHandler(ProviderEvents.Stale, () => {
  events.push(ProviderEvents.Stale);
});

const page = { OpenFeature, OFREPWebProvider, events };

declare global {
  interface Window {
    stock: typeof page;
  }
}

window.stock = page;
