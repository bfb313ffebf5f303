import { Button, Group, Paper } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Loaded, Page } from '../../ui/page'
import { PlainMarkdown } from '../../ui/text'
import { learningWords } from '../../words/learning'
import { useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: { lesson: 'Les', next: 'Volgende les' },
  en: { lesson: 'Lesson', next: 'Next lesson' },
})

export default function LessonPage() {
  const say = useWords(texts)
  const sayLearning = useWords(learningWords)
  const { language } = useLanguage()
  const { course, lesson } = useParams({ from: '/inside/learning/courses/$course/lessons/$lesson' })
  const read = useRead('learning.lesson', { course, lesson })
  const text = read.data?.text[language] ?? ''
  const [, title = say('lesson')] = /^# (.+)$/m.exec(text) ?? []
  return (
    <Page
      title={title}
      {...(read.data && { lead: sayLearning('minutes', { n: read.data.minutes }) })}
      actions={
        <TextLink to="/learning/courses/$course" params={{ course }}>
          {sayLearning('to_course')}
        </TextLink>
      }
    >
      <Loaded of={read}>
        <Paper withBorder p="lg" radius="md">
          <PlainMarkdown text={text.replace(/^# .+$/m, '')} top={2} />
        </Paper>
        <Group className="no-print">
          {read.data?.next != null ? (
            <Button
              renderRoot={(props) => (
                <Link
                  to="/learning/courses/$course/lessons/$lesson"
                  params={{ course, lesson: read.data?.next ?? '' }}
                  {...props}
                />
              )}
            >
              {say('next')}
            </Button>
          ) : (
            <Button
              renderRoot={(props) => (
                <Link to="/learning/courses/$course/quiz" params={{ course }} {...props} />
              )}
            >
              {sayLearning('to_quiz')}
            </Button>
          )}
        </Group>
      </Loaded>
    </Page>
  )
}
