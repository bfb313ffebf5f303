import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { Input } from '../../api/call'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { partnerWords } from '../../words/partners'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    change: 'Rollen wijzigen',
    title: 'Wat {name} voor u is',
    save: 'Opslaan',
    saved: 'Opgeslagen.',
  },
  en: { change: 'Change roles', title: 'What {name} is to you', save: 'Save', saved: 'Saved.' },
})

type Role = Input<'partners.roles'>['roles'][number]
export const roles: readonly Role[] = [
  ...(['customer', 'supplier', 'intermediary', 'employee'] as const),
  ...(['substitute', 'freelancer', 'volunteer'] as const),
]

/** Says what a partner is to us: from then on lists do not say otherwise. */
export function ChangeRoles({
  partner: { id, name, roles: now },
}: {
  readonly partner: { readonly id: string; readonly name: string; readonly roles: readonly string[] }
}) {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const tell = useTell()
  const [chosen, choose] = useState<readonly string[] | null>(null)
  const change = useChange('partners.roles', ['partners.', 'invitations.'])
  if (!hasRole(useWho(), 'coordinator', 'administrator')) return null
  return (
    <>
      <Button size="compact-sm" variant="subtle" className="no-print" onClick={() => choose(now)}>
        {say('change')}
      </Button>
      {chosen && (
        <Confirm
          title={say('title', { name })}
          sure={say('save')}
          isHarmless
          error={change.error}
          busy={change.isPending}
          onClose={() => choose(null)}
          onSure={() =>
            change.mutate(
              { id, roles: roles.filter((role) => chosen.includes(role)) },
              {
                onSuccess: () => {
                  choose(null)
                  tell({ text: say('saved') })
                },
              },
            )
          }
        >
          <Checkbox.Group aria-label={say('title', { name })} value={[...chosen]} onChange={choose}>
            <div className="choices">
              {roles.map((role) => (
                <Checkbox key={role} value={role} label={sayPartner(role)} />
              ))}
            </div>
          </Checkbox.Group>
        </Confirm>
      )}
    </>
  )
}
