/** Names of OpenID4VCI 1.0 and of ours that more than one file uses. */
export const PRE_AUTHORIZED_CODE = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
export const PROOF_TYP = 'openid4vci-proof+jwt'
export const FORMAT = 'dc+sd-jwt'
/** Topic of the outbox messages that bring offers to wallets. */
export const OFFER_TOPIC = 'oid4vci.offer'
