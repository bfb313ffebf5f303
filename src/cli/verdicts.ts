/** Operations that answer a question of yes or no, and where the yes stands: a no ends with exit code 1. */
const verdicts: Readonly<Record<string, string>> = {
  'verifications.create': 'verified',
  'audit.verify': 'intact',
  'registry.authorization': 'authorized',
  'registry.verify': 'proven',
}

export function isUnfavourable(operation: string, value: unknown): boolean {
  const member = verdicts[operation]
  if (member === undefined || typeof value !== 'object' || value === null) return false
  return (value as Readonly<Record<string, unknown>>)[member] === false
}
