import { language } from '../messages/language';
import { get } from './client';
import type { Vocabulary } from './types';

/** The blocks, in the language of the page. */
export const readVocabulary = () => get<Vocabulary>(`/api/blocks?lang=${language}`);
