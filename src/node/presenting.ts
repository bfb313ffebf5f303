import { randomBytes } from 'node:crypto'
import { presentingOf } from '../config/index.ts'
import { isRefusal, unlockOf } from '../core/index.ts'
import { HolderWallet, Presenting, Requests } from '../presenting/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

/** Answering whoever asks for a proof by a link. */
export function openPresenting(ground: Ground, { trust, anchor }: Network) {
  const { config, types, signerOf, certifiedVerifier } = ground
  const requests = new Requests(ground)
  const presenting = new Presenting({
    ...ground,
    ...{ requests, policy: presentingOf(config), certified: certifiedVerifier ?? null },
    wallet: new HolderWallet(ground),
    newNonce: () => randomBytes(24).toString('base64url'),
    isDevelopment: config.loopback,
    standingOf: async (did) => {
      if (did === null) return { standing: 'unknown', name: null }
      const standing = standings[await trust.standingOf(did)]
      return { standing, name: standing === 'unknown' ? null : await trust.nameOf(did) }
    },
    requireUnlocked: async (caller, { did }) => {
      // What is held is presented with another key: that she is there is shown by the one that grants.
      await signerOf(did, unlockOf(caller))
    },
  })
  const operations = {
    ...{ presenting, requests, types, parties: ground.parties },
    whereToGet: async (vct: string) => {
      const rule = types.find(vct)?.issuerRule
      if (rule === 'subject') return { kind: 'yourself' as const, name: null }
      if (rule === 'registered-organisation') return { kind: 'partner' as const, name: null }
      if (rule !== 'trust-anchor') return { kind: 'unknown' as const, name: null }
      return { kind: 'trust_anchor' as const, name: await anchorName() }
    },
  }
  const anchorName = async () => {
    try {
      return (await anchor.require()).name
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  }
  return { requests, operations }
}

const standings = {
  valid: 'registered',
  suspended: 'suspended',
  missing: 'unknown',
  unknown: 'unknown',
} as const
