import { words } from './words'

/** What several pages say of courses. */
export const learningWords = words({
  nl: {
    required: 'verplicht voor uw rol',
    certified: 'geslaagd, geldig tot en met {day}',
    minutes: '{n, plural, one {# minuut} other {# minuten}}',
    course: 'Cursus',
    to_course: 'Naar de cursus',
    to_quiz: 'Naar de toets',
    unknown: 'Deze cursus is er niet (meer).',
  },
  en: {
    required: 'required for your role',
    certified: 'passed, valid until {day}',
    minutes: '{n, plural, one {# minute} other {# minutes}}',
    course: 'Course',
    to_course: 'To the course',
    to_quiz: 'To the quiz',
    unknown: 'This course is not here (any more).',
  },
})
