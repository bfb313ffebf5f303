import { Refusal } from '../core/index.ts'
import type { NewText } from './negotiation.ts'
import type { FillTemplate } from './ports.ts'

/** What somebody proposes: words of one's own, or a template with its fields. */
export type TextAsked = Omit<NewText, 'title' | 'body' | 'template'> & {
  readonly title?: string | undefined
  readonly body?: string | undefined
  /** `id`, or `id/version`. */
  readonly template?: string | undefined
  readonly fields?: Readonly<Record<string, string | number>> | undefined
}

/**
 * The text that is asked for, whole.
 * @throws Refusal `agreement_text_or_template`; of a template `contract_unknown`, `template_not_published`, `template_field_…`
 */
export async function newText<T extends TextAsked>(
  { title, body, template, fields, ...others }: T,
  fill: FillTemplate,
) {
  if (template === undefined) {
    if (title === undefined || body === undefined || fields !== undefined) throw textOrTemplate()
    return { ...others, title, body }
  }
  if (title !== undefined || body !== undefined || others.surviving.length > 0) throw textOrTemplate()
  const [id = '', version] = template.split('/')
  const named = { id, ...(version !== undefined && { version: Number(version) }) }
  const filled = await fill(named, others.language, fields ?? {})
  return { ...others, ...filled, trade_secrets: filled.trade_secrets || others.trade_secrets }
}

const textOrTemplate = () =>
  new Refusal(
    'invalid',
    'agreement_text_or_template',
    'give a title and a text, or a template with its fields',
  )
