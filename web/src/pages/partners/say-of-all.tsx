import { Button, Checkbox, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Input } from '../../api/call'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { useTell } from '../../ui/told'
import { partnerWords } from '../../words/partners'
import { useWords, words } from '../../words/words'
import { roles } from './roles'

const texts = words({
  nl: {
    of_all: 'Van al deze zeggen…',
    title: 'Van alle partners in deze lijst',
    text: 'Het geldt voor elke partner die bij deze zoekopdracht past, ook voor die nog niet in beeld zijn.',
    what: 'Wat wilt u zeggen?',
    add: 'Zij zijn ook',
    remove: 'Zij zijn niet meer',
    inactive: 'Zij zijn niet actief, tot er weer een boeking is',
    by_books: 'Of zij actief zijn, zegt de boekhouding',
    roles: 'Rol',
    sure: 'Van alle partners zeggen',
    done: 'Van {changed} gewijzigd; {same} waren al zo.',
  },
  en: {
    of_all: 'Say of all of these…',
    title: 'Of all partners in this list',
    text: 'It goes for every partner that fits this search, also for those not in sight yet.',
    what: 'What do you want to say?',
    add: 'They are also',
    remove: 'They are no longer',
    inactive: 'They are not active, until there is a booking again',
    by_books: 'Whether they are active, the books say',
    roles: 'Role',
    sure: 'Say it of all partners',
    done: 'Changed of {changed}; {same} were so already.',
  },
})

const kinds = ['add', 'remove', 'inactive', 'by_books'] as const
type Kind = (typeof kinds)[number]

/** Says one thing of every partner that a list is narrowed to. */
export function SayOfAll({ filter }: { readonly filter: Input<'partners.say'> }) {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const tell = useTell()
  const set = useChange('partners.say', ['partners.', 'invitations.'])
  const [isOpen, open] = useState(false)
  const [kind, setKind] = useState<Kind>('add')
  const [chosen, choose] = useState<readonly string[]>([])
  const isRole = kind === 'add' || kind === 'remove'
  const said = roles.filter((role) => chosen.includes(role))
  const input: Input<'partners.say'> = {
    ...filter,
    ...(kind === 'add' && { add_roles: said }),
    ...(kind === 'remove' && { remove_roles: said }),
    ...(!isRole && { set_inactive: kind === 'inactive' }),
  }
  return (
    <>
      <Button variant="default" size="xs" className="no-print" onClick={() => open(true)}>
        {say('of_all')}
      </Button>
      {isOpen && (
        <Confirm
          title={say('title')}
          text={say('text')}
          sure={say('sure')}
          isReady={!isRole || said.length > 0}
          error={set.error}
          busy={set.isPending}
          onClose={() => open(false)}
          onSure={() =>
            set.mutate(input, {
              onSuccess: (counts) => {
                open(false)
                tell({ text: say('done', counts) })
              },
            })
          }
        >
          <Radio.Group
            label={say('what')}
            value={kind}
            onChange={(value) => setKind(kinds.find((one) => one === value) ?? 'add')}
          >
            <Stack gap="xs" mt={4}>
              {kinds.map((value) => (
                <Radio key={value} value={value} label={say(value)} />
              ))}
            </Stack>
          </Radio.Group>
          {isRole && (
            <div>
              <Text size="sm" fw={500}>
                {say('roles')}
              </Text>
              <Checkbox.Group aria-label={say('roles')} value={[...chosen]} onChange={choose}>
                <div className="choices">
                  {roles.map((role) => (
                    <Checkbox key={role} value={role} label={sayPartner(role)} />
                  ))}
                </div>
              </Checkbox.Group>
            </div>
          )}
        </Confirm>
      )}
    </>
  )
}
