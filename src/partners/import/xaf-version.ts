import { Refusal } from '../../core/index.ts'

export type XafVersion = '3.1' | '3.2' | '3.2.1' | '4.0'

const ODB = 'http://www.odb.belastingdienst.nl'

/** Namespaces of the element `auditfile`; those that no schema defines, yet exporters write, are unofficial. */
const namespaces: Readonly<Record<string, { readonly version: XafVersion; readonly official: boolean }>> = {
  'http://www.auditfiles.nl/XAF/3.1': { version: '3.1', official: true },
  'http://www.auditfiles.nl/XAF/3.2': { version: '3.2', official: true },
  [`${ODB}/Belastingdienst/BCPP/1.0/structures/XmlAuditfileFinancieel3.2.1`]: {
    version: '3.2.1',
    official: true,
  },
  [`${ODB}/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0`]: { version: '4.0', official: true },
  [`${ODB}/XAF/4.0`]: { version: '4.0', official: false },
  'http://www.auditfiles.nl/XAF/4.0': { version: '4.0', official: false },
}

/**
 * The version a namespace stands for.
 * @throws Refusal `xaf_namespace_unknown`; `params.namespace` is what the file says, at most 200 characters
 */
export function versionOfNamespace(namespace: string): { version: XafVersion; official: boolean } {
  const found = Object.hasOwn(namespaces, namespace) ? namespaces[namespace] : undefined
  if (found === undefined)
    throw new Refusal(
      'unprocessable',
      'xaf_namespace_unknown',
      'the namespace of the file is not a known XAF namespace (3.1, 3.2, 3.2.1 or 4.0)',
      { params: { namespace: namespace.slice(0, 200) } },
    )
  return found
}
