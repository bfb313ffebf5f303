import { useTypeName } from '../words/type-names'

/** How a type of credential is called. @see useTypeName */
export const TypeName = ({ of }: { readonly of: string }) => useTypeName(of)
