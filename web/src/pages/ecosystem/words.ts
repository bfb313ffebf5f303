import { useNames } from '../../words/names'
import { useWords, words } from '../../words/words'

/** Roles, standings and balances of partners, as the map and the table beside it say them. */
export const aroundWords = words({
  nl: {
    customer: 'Klanten',
    supplier: 'Leveranciers',
    employee: 'Medewerkers',
    substitute: 'Invallers',
    freelancer: 'Zzp’ers',
    volunteer: 'Vrijwilligers',
    intermediary: 'Tussenpersonen',
    none: 'Zonder rol',
    in_network: 'doet mee',
    invited: 'uitgenodigd',
    declined: 'zag ervan af',
    outside: 'nog niet uitgenodigd',
    in_balance: 'in balans',
    we_get_more: 'wij krijgen meer',
    they_get_more: 'zij krijgen meer',
    nothing: 'nog niets gedeeld',
  },
  en: {
    customer: 'Customers',
    supplier: 'Suppliers',
    employee: 'Employees',
    substitute: 'Substitutes',
    freelancer: 'Freelancers',
    volunteer: 'Volunteers',
    intermediary: 'Intermediaries',
    none: 'Without a role',
    in_network: 'takes part',
    invited: 'invited',
    declined: 'declined',
    outside: 'not invited yet',
    in_balance: 'in balance',
    we_get_more: 'we get more',
    they_get_more: 'they get more',
    nothing: 'nothing shared yet',
  },
})

/** Beside a name in the map: told apart without colour. */
export const marks = { in_network: '●', invited: '◐', declined: '✕', outside: '○' } as const
export const arrows = { in_balance: '⇄', we_get_more: '→', they_get_more: '←', nothing: '' } as const

/** Says a role in the plural, as the name of who has it. */
export function useRoleNames() {
  const say = useWords(aroundWords)
  const { code } = useNames()
  return (role: string) =>
    Object.hasOwn(aroundWords.nl, role) ? say(role as keyof typeof aroundWords.nl) : code(role)
}
