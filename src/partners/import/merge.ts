import type { Activity } from './activity.ts'
import type { ImportedRelation, Role } from './relation.ts'

const order: readonly Activity[] = ['active', 'dormant', 'inactive', 'unknown']

/**
 * One relation out of several records of the same partner: the values of the most active record, gaps filled from the
 * next ones; all roles together.
 */
export function mergeRelations(
  records: readonly [
    { readonly relation: ImportedRelation; readonly activity: Activity },
    ...{ readonly relation: ImportedRelation; readonly activity: Activity }[],
  ],
): ImportedRelation {
  const sorted = [...records].sort((a, b) => order.indexOf(a.activity) - order.indexOf(b.activity))
  let filled = sorted[0]?.relation ?? records[0].relation
  for (const { relation } of sorted) filled = { ...relation, ...filled }
  const has = (role: Role): boolean => records.some(({ relation }) => relation.roles.includes(role))
  const roles = (['customer', 'supplier'] as const).filter(has)
  return { ...filled, roles, isCompany: records.some(({ relation }) => relation.isCompany) }
}
