export {
  answerOf,
  authority,
  isSatisfied,
  type Presented,
  type QueryAnswer,
} from './dcql-answer.ts'
export { type ClaimsQuery, type CredentialQuery, type DcqlQuery, parseDcqlQuery } from './dcql-query.ts'
