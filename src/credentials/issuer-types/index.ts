export {
  createIssuerTypeCheck,
  type IssuerSchemaCheck,
  type IssuerTypeCheck,
  TYPE_FROM_ISSUER,
} from './check-claims.ts'
export { createIssuerTypes } from './resolve-type.ts'
