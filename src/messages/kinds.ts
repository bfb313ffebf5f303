/** What a message along a grant can be. */
export const messageKinds = ['product_news', 'call_up', 'purchasing_question'] as const
export type MessageKind = (typeof messageKinds)[number]

/** Those that ask for something: whoever gets one is waited for. */
export const answeredKinds = ['call_up', 'purchasing_question'] as const satisfies readonly MessageKind[]

const dpv = (term: string) => `https://w3id.org/dpv#${term}`

/** The purposes of a grant that let a message of a kind through: one of them is enough (Data Privacy Vocabulary 2). */
const purposesOf: Readonly<Record<MessageKind, readonly string[]>> = {
  product_news: ['Marketing', 'DirectMarketing'].map(dpv),
  call_up: ['PersonnelManagement', 'PersonnelHiring'].map(dpv),
  purchasing_question: ['VendorManagement', 'VendorSelectionAssessment', 'CustomerOrderManagement'].map(dpv),
}

/** How many of a kind go along one grant in a calendar month, unless its owner wants fewer. */
export const monthlyLimits: Readonly<Record<MessageKind, number>> = {
  product_news: 4,
  call_up: 30,
  purchasing_question: 30,
}

/** Whether a grant for these purposes lets messages of a kind through. */
export const allows = (purpose: readonly string[], kind: MessageKind): boolean =>
  purpose.some((iri) => purposesOf[kind].includes(iri))

/** What somebody who is called up can say. */
export const choices = ['yes', 'no', 'maybe'] as const
export type Choice = (typeof choices)[number]

/** Longest body, in bytes of UTF-8, and longest subject, in characters. */
export const MAX_BODY_BYTES = 8 * 1024
export const MAX_SUBJECT = 200
