import { useNavigate } from '@tanstack/react-router'
import { useChange } from '../../api/hooks'
import { Empty, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useWords, words } from '../../words/words'
import { SecretForm } from './secret-form'

const texts = words({
  nl: {
    title: 'Een geheim registreren',
    lead: 'Wat u opschrijft ligt verzegeld. Alleen een kenmerk ervan wordt vastgelegd, als bewijs van de dag.',
    register: 'Registreren',
    done: '“{title}” is geregistreerd.',
    not_keeper: 'Een beheerder registreert bedrijfsgeheimen.',
  },
  en: {
    title: 'Register a secret',
    lead: 'What you write down lies sealed. Only a digest of it is recorded, as the proof of the day.',
    register: 'Register',
    done: '“{title}” is registered.',
    not_keeper: 'An administrator registers trade secrets.',
  },
})

export default function NewSecret() {
  const say = useWords(texts)
  const who = useWho()
  const tell = useTell()
  const navigate = useNavigate()
  const add = useChange('trade-secrets.add', ['trade-secrets.'])
  return (
    <Page title={say('title')} lead={say('lead')}>
      {hasRole(who, 'administrator') ? (
        <SecretForm
          submit={say('register')}
          busy={add.isPending}
          error={add.error}
          onSubmit={(said) =>
            add.mutate(said, {
              onSuccess: ({ id, title }) => {
                tell({ text: say('done', { title }) })
                navigate({ to: '/secrets/$id', params: { id } })
              },
            })
          }
        />
      ) : (
        <Empty>{say('not_keeper')}</Empty>
      )}
    </Page>
  )
}
