import { Alert, Button, Group, List, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, type Output } from '../../api/call'
import { Confirm } from '../../ui/confirm'
import { Failure } from '../../ui/page'
import { useTell } from '../../ui/told'
import { ownDidWords } from '../../words/own-did'
import { useTypeName } from '../../words/type-names'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    rotate: 'Sleutel vervangen',
    rotate_title: 'De sleutel van uw bedrijf vervangen?',
    rotate_text:
      'Vanaf nu ondertekent een nieuwe sleutel voor uw bedrijf. Wat de vorige ondertekende, blijft geldig. Dit kan niet worden teruggedraaid, wel opnieuw gedaan.',
    retire: 'Niet meer gebruiken',
    retire_title: 'De sleutel {key} niet meer gebruiken?',
    retire_text:
      'Wat hij ondertekende blijft geldig. Ondertekent hij nu, dan ondertekent uw bedrijf niets meer totdat u de sleutel vervangt: geen toestemmingen, geen overeenkomsten, geen bewijzen.',
    compromise: 'Opgeven',
    compromise_title: 'De sleutel {key} opgeven?',
    compromise_text:
      'Doe dit als een ander hem heeft of kan hebben. Alles wat hij ondertekende wordt ingetrokken. Wat u zelf bewaart wordt opnieuw uitgegeven; anderen krijgen bericht of moeten het opnieuw vragen. Dit kan niet ongedaan worden gemaakt.',
    endpoint: 'Adres wijzigen',
    endpoint_title: 'Het adres van uw bedrijf wijzigen?',
    endpoint_text:
      'Partners zoeken uw bedrijf voortaan op {url}. Klopt dat adres niet, dan bereikt niemand u. U kunt het later weer wijzigen.',
    endpoint_own: 'het adres dat bij deze node is ingesteld',
    controller: 'Beheersleutel vervangen',
    controller_title: 'De sleutel vervangen die de DID beheert?',
    controller_text:
      'Een nieuwe sleutel beheert de DID op de blockchain. Aan wat ondertekend is verandert niets. Dit kan niet worden teruggedraaid, wel opnieuw gedaan.',
    deactivate: 'DID voorgoed beëindigen',
    deactivate_title: 'De DID van uw bedrijf voorgoed beëindigen?',
    deactivate_text:
      'Niets wat uw bedrijf ooit ondertekende is daarna nog na te gaan, en uw bedrijf ondertekent niets meer. Partners herkennen u niet meer. Dit kan nooit ongedaan worden gemaakt.',
    type_did: 'Typ ter bevestiging de hele DID over',
    look: 'Laat zien wat er met uitgegeven bewijzen gebeurt',
    counted: '{count, number} × {type}: {fate}',
    none: 'Het gaat om geen enkel bewijs dat nog geldt.',
    unpresentable: 'Niet meer te tonen, vraag ze opnieuw aan wie ze gaf:',
    held: '{count, number} × {type}',
    same_key: 'Daarna ondertekent dezelfde sleutel.',
    new_key: 'Daarna ondertekent een nieuwe sleutel.',
    nothing: 'Daarna ondertekent uw bedrijf niets.',
    seen: 'Anderen zien het binnen {seconds, number} seconden.',
    done: 'Gedaan.',
    under_way: 'De wijziging loopt. De node gaat vanzelf verder.',
  },
  en: {
    rotate: 'Replace the key',
    rotate_title: 'Replace the key of your company?',
    rotate_text:
      'From now on a new key signs for your company. What the one before signed stays valid. It cannot be turned back, but it can be done again.',
    retire: 'Stop using it',
    retire_title: 'Stop using the key {key}?',
    retire_text:
      'What it signed stays valid. If it signs now, your company signs nothing more until you replace the key: no grants, no agreements, no credentials.',
    compromise: 'Give it up',
    compromise_title: 'Give the key {key} up?',
    compromise_text:
      'Do this if somebody else has it or may have it. All that it signed is revoked. What you keep yourself is issued again; others are told or have to ask again. It cannot be undone.',
    endpoint: 'Change the address',
    endpoint_title: 'Change the address of your company?',
    endpoint_text:
      'Partners look for your company at {url} from now on. If that address is wrong, nobody reaches you. You can change it again later.',
    endpoint_own: 'the address that is set for this node',
    controller: 'Replace the controlling key',
    controller_title: 'Replace the key that controls the DID?',
    controller_text:
      'A new key controls the DID on the blockchain. Nothing changes in what was signed. It cannot be turned back, but it can be done again.',
    deactivate: 'End the DID for good',
    deactivate_title: 'End the DID of your company for good?',
    deactivate_text:
      'Nothing that your company ever signed can be checked after that, and your company signs nothing more. Partners do not know you any more. It can never be undone.',
    type_did: 'To confirm, type the whole DID',
    look: 'Show what becomes of what was issued',
    counted: '{count, number} × {type}: {fate}',
    none: 'It concerns no credential that still counts.',
    unpresentable: 'Not to be shown any more, ask whoever gave them again:',
    held: '{count, number} × {type}',
    same_key: 'After that the same key signs.',
    new_key: 'After that a new key signs.',
    nothing: 'After that your company signs nothing.',
    seen: 'Others see it within {seconds, number} seconds.',
    done: 'Done.',
    under_way: 'The change is under way. The node goes on by itself.',
  },
})

/** What is to be done to the DID. */
export type Order =
  | { readonly kind: 'rotate' | 'controller' | 'deactivate' }
  | { readonly kind: 'retire' | 'compromise'; readonly kid: string }
  | { readonly kind: 'endpoint'; readonly url: string }

type Answer = Output<'did.rotate'>

/** A key as people tell it from another: its name within the DID. */
export const keyName = (kid: string): string => kid.slice(kid.indexOf('#') + 1)

/** What is asked of the node. @param confirm the DID, typed over, where it ends */
function send(order: Order, dryRun: boolean, confirm: string): Promise<Answer> {
  const looking = { dry_run: dryRun }
  switch (order.kind) {
    case 'rotate':
      return call('did.rotate', looking)
    case 'controller':
      return call('did.controller', looking)
    case 'deactivate':
      return call('did.deactivate', { ...looking, confirm })
    case 'endpoint':
      return call('did.endpoint', { ...looking, ...(order.url !== '' && { url: order.url }) })
    case 'retire':
      return call('did.retire', { ...looking, kid: order.kid })
    case 'compromise':
      return call('did.compromise', { ...looking, kid: order.kid })
  }
}

/** On a button that begins it. */
export function useStepName() {
  const say = useWords(texts)
  return (kind: Order['kind']): string => say(kind)
}

/** Says what follows, shows it where she wants, and does it once she is sure. */
export function StepDialog({
  order,
  did,
  onClose,
}: {
  readonly order: Order
  readonly did: string
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const tell = useTell()
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const { kind } = order
  const look = useMutation({ mutationFn: () => send(order, true, '') })
  const act = useMutation({
    mutationFn: () => send(order, false, typed.trim()),
    onSuccess: async ({ state }) => {
      await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('did.') })
      tell({ text: say(state === 'done' ? 'done' : 'under_way') })
      onClose()
    },
  })
  const values = {
    key: 'kid' in order ? keyName(order.kid) : '',
    url: 'url' in order && order.url !== '' ? order.url : say('endpoint_own'),
  }
  return (
    <Confirm
      title={say(`${kind}_title`, values)}
      text={say(`${kind}_text`, values)}
      sure={say(kind)}
      isHarmless={kind === 'rotate' || kind === 'controller' || kind === 'endpoint'}
      isReady={kind !== 'deactivate' || typed.trim() === did}
      error={act.error}
      busy={act.isPending}
      onClose={onClose}
      onSure={() => act.mutate()}
    >
      {look.data ? (
        <Plan plan={look.data.plan} />
      ) : (
        <Group>
          <Button
            variant="default"
            size="xs"
            className="wraps"
            loading={look.isPending}
            onClick={() => look.mutate()}
          >
            {say('look')}
          </Button>
        </Group>
      )}
      {look.error && <Failure error={look.error} />}
      {kind === 'deactivate' && (
        <TextInput
          label={say('type_did')}
          description={did}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
    </Confirm>
  )
}

function Plan({ plan }: { readonly plan: Answer['plan'] }) {
  const say = useWords(texts)
  return (
    <Alert variant="light" role="status">
      {plan.credentials.length === 0 ? (
        <Text size="sm">{say('none')}</Text>
      ) : (
        <List size="sm">
          {plan.credentials.map(({ type, count, fate }) => (
            <Counted key={`${type} ${fate}`} type={type} count={count} fate={fate} />
          ))}
        </List>
      )}
      {plan.unpresentable.length > 0 && (
        <>
          <Text size="sm">{say('unpresentable')}</Text>
          <List size="sm">
            {plan.unpresentable.map(({ type, count }) => (
              <Counted key={type} type={type} count={count} />
            ))}
          </List>
        </>
      )}
      <Text size="sm">
        {say(plan.signs_after)} {say('seen', { seconds: plan.seen_within_s })}
      </Text>
    </Alert>
  )
}

type Fate = Answer['plan']['credentials'][number]['fate']

/** So many of a type, and what becomes of them. */
export function Counted({
  type,
  count,
  fate,
}: {
  readonly type: string
  readonly count: number
  readonly fate?: Fate
}) {
  const say = useWords(texts)
  const sayFate = useWords(ownDidWords)
  const name = useTypeName(type)
  return (
    <List.Item>
      {fate === undefined
        ? say('held', { count, type: name })
        : say('counted', { count, type: name, fate: sayFate(fate) })}
    </List.Item>
  )
}
