import { In, IsNull, Not, type Reader } from '../store/index.ts'
import { agreementTable } from './tables.ts'

/** Agreements that are not over and whose newest text was made from a template. */
export async function agreementsMadeFromTemplates(reader: Reader) {
  const found = await reader.find(agreementTable, {
    where: { templateId: Not(IsNull()), state: Not(In(['ended', 'terminated'])) },
    select: { id: true, version: true, templateId: true, templateVersion: true },
  })
  return found.flatMap(({ id, version, templateId, templateVersion }) =>
    templateId === null || templateVersion === null ? [] : [{ id, version, templateId, templateVersion }],
  )
}
