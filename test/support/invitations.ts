import { z } from 'zod'
import { mailTable } from '../../src/mail/mail-tables.ts'
import { importFiles } from './import-list.ts'
import type { Inside } from './inside.ts'
import type { TestNode } from './nodes.ts'

const HEADER =
  'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'

export interface ListedPartner {
  readonly name: string
  readonly kvk?: string
  readonly contact?: string
  readonly email?: string
  readonly postcode?: string
}

/** Imports partners of the test's own into a node. @returns the ids of all its partners, by name */
export async function importPartners(
  node: TestNode,
  partners: readonly ListedPartner[],
): Promise<Map<string, string>> {
  const lines = partners.map(({ name, kvk = '', contact = '', email = '', postcode = '1234 AB' }, nr) =>
    [
      nr + 1,
      name,
      contact,
      'Dorpsstraat 1',
      postcode,
      'Voorbeeldstad',
      'NL',
      '',
      '',
      email,
      '',
      kvk,
      '',
      '',
    ].join(';'),
  )
  await importFiles(node, [{ name: 'relaties.csv', text: [HEADER, ...lines].join('\n') }])
  const { body } = await node.call<{ items: { id: string; name: string }[] }>(
    node.config.name,
    'GET',
    '/partners?limit=200',
  )
  return new Map(body.items.map(({ id, name }) => [name, id]))
}

const content = z.object({
  to: z.string(),
  text: z.object({
    subject: z.string(),
    parts: z.array(
      z.looseObject({ kind: z.string(), url: z.string().optional(), text: z.string().optional() }),
    ),
  }),
})

export interface SentMail {
  readonly to: string
  readonly subject: string
  readonly template: string
  readonly language: string
  /** Of the link in it, where there is one. */
  readonly token: string | null
  readonly body: string
}

/** Mails a node wrote, oldest first: whoever gets them reads this. */
export async function mailsOf({ store, vault }: Pick<Inside, 'store' | 'vault'>): Promise<SentMail[]> {
  const found = await store.reader.find(mailTable, { order: { id: 'ASC' } })
  return Promise.all(
    found.flatMap(({ id, sealed, template, language }) =>
      sealed
        ? [
            vault.openText(`mail:${id}:content`, sealed).then((text) => {
              const { to, text: mail } = content.parse(JSON.parse(text))
              const button = mail.parts.find(({ kind }) => kind === 'button')?.url
              const token = button ? new URL(button).searchParams.get('t') : null
              return {
                to,
                subject: mail.subject,
                template,
                language,
                token,
                body: JSON.stringify(mail.parts),
              }
            }),
          ]
        : [],
    ),
  )
}
