/** Credential Format Identifiers: VCDM 1.1 as a JWT (OpenID4VCI 1.0, appendix A.1.1) and VCDM 2.0 secured with JOSE. */
export const VC_JWT = 'jwt_vc_json'
export const VC_JOSE = 'vc+jwt'
export const vcFormats = [VC_JWT, VC_JOSE] as const
export type VcFormat = (typeof vcFormats)[number]

export const VP_JOSE_TYP = 'vp+jwt'
/** What VCDM 1.1 lets `typ` be, when it is there (section 6.3.1). */
export const JWT_TYP = 'JWT'

export const contextOf: Readonly<Record<VcFormat, string>> = {
  [VC_JWT]: 'https://www.w3.org/2018/credentials/v1',
  [VC_JOSE]: 'https://www.w3.org/ns/credentials/v2',
}

/** What types and claims are called that no context of somebody else names. */
export const moreContextOf: Readonly<Record<VcFormat, string | object>> = {
  [VC_JWT]: { '@vocab': 'urn:regie:claim:' },
  [VC_JOSE]: 'https://www.w3.org/ns/credentials/undefined-terms/v2',
}

export const CREDENTIAL = 'VerifiableCredential'
export const PRESENTATION = 'VerifiablePresentation'
export const ENVELOPED = 'EnvelopedVerifiableCredential'
export const ENVELOPE = `data:application/${VC_JOSE},`
