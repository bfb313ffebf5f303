import { announcedPlace, type Relay } from '../agent/index.ts'
import type { Audit } from '../audit/index.ts'
import type { Store } from '../store/index.ts'
import type { Registry } from '../trust/index.ts'

/**
 * The registry follows what organisations sign of where they are. The chain took it, so it is the controller's own word;
 * nobody else needs to be asked, and nobody else can move an entry.
 */
export function followPlaces(
  relay: Relay,
  { store, audit, registry }: { readonly store: Store; readonly audit: Audit; readonly registry: Registry },
): Relay {
  return {
    ...relay,
    submit: async (change) => {
      const mined = await relay.submit(change)
      const said = announcedPlace(change)
      if (said)
        await store.transact(async (tx) => {
          if (await registry.movedTo(tx, said.did, said.url))
            await audit.record(tx, 'system', 'registry.moved', { organisation: said.did })
        })
      return mined
    },
  }
}
