import { isRefusal } from '../core/index.ts'
import type { Vault } from './vault.ts'

/** What was sealed, or null where its key was destroyed: whose it was had herself erased. */
export async function openUnlessErased(
  vault: Pick<Vault, 'openText'>,
  place: string,
  sealed: Uint8Array,
): Promise<string | null> {
  try {
    return await vault.openText(place, sealed)
  } catch (error) {
    return nullIfErased(error)
  }
}

/** As `vault.seal`, or null where the key was destroyed: nothing new is kept of who had herself erased. */
export async function sealUnlessErased(
  vault: Pick<Vault, 'seal'>,
  scope: string,
  place: string,
  value: string,
): Promise<Buffer | null> {
  try {
    return await vault.seal(scope, place, value)
  } catch (error) {
    return nullIfErased(error)
  }
}

function nullIfErased(error: unknown): null {
  if (isRefusal(error, 'sealed_value_lost')) return null
  throw error
}
