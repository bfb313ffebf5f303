import { agreementsMadeFromTemplates } from '../agreements/index.ts'
import {
  type FieldValues,
  fillTemplate,
  LawChanges,
  Library,
  PORTFOLIO_PATH,
  PORTFOLIO_TYP,
  portfolioRoutes,
  readShippedTemplates,
  verifyPortfolio,
} from '../contracts/index.ts'
import { Refusal } from '../core/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

/** Contract templates: the library of this node, and the trust anchor's portfolio. */
export function openContracts(ground: Ground, network: Network) {
  const { config, clock, store, webhooks, parties } = ground
  const library = new Library({ ...ground, shipped: config.isTrustAnchor ? readShippedTemplates() : [] })
  const laws = new LawChanges({
    ...{ ...ground, library },
    agreements: (tx) => agreementsMadeFromTemplates(tx ?? store.reader),
    announce: (tx, { law, since, kind, subject, version }) =>
      webhooks.announce(tx, {
        type: 'nl.regie.agreement.law_changed',
        subject,
        orderBy: subject,
        data: { law, since, kind, subject, version },
      }),
  })
  const portfolio = async () => {
    const { did: issuer } = await network.anchor.require()
    if (config.isTrustAnchor)
      return { issuer, templates: (await library.newest()).map(({ content }) => content) }
    const token = await network.anchorClient.getToken(PORTFOLIO_PATH, PORTFOLIO_TYP)
    const templates = await verifyPortfolio(token, { ...ground, issuer, now: clock.now() })
    return { issuer, templates }
  }
  return {
    operations: { library, laws, portfolio },
    routes: () =>
      portfolioRoutes({ ...ground, library, ownDid: async () => (await parties.organisation()).did }),
  }
}

/** Fills in a published template of our own library for a text to propose. */
export const fillFrom =
  ({ library }: { readonly library: Library }) =>
  async (
    named: { readonly id: string; readonly version?: number | undefined },
    language: 'nl' | 'en',
    fields: FieldValues,
  ) => {
    const row = await library.require(named.id, named.version)
    if (row.state !== 'published')
      throw new Refusal('conflict', 'template_not_published', 'a draft is not used for an agreement')
    return fillTemplate(row.content, language, fields)
  }
