import { type Article, articles } from './articles.js';

/** Words that are in every question and say nothing about it. */
const fillers = new Set(
  'a an and are can do for how i in is it my of on or the to what when where with you'.split(' '),
);

/**
 * The help article that has most words of a question, those of titles counted
 * three times; undefined if none has any. No more than a search for words.
 */
export function findArticle(question: string): Article | undefined {
  const wanted = wordsOf(question);
  let best: { article: Article; score: number } | undefined;
  for (const article of articles) {
    const inTitle = wordsOf(article.title);
    const inText = wordsOf(article.text);
    let score = 0;
    for (const word of wanted) {
      score += (inTitle.has(word) ? 3 : 0) + (inText.has(word) ? 1 : 0);
    }
    if (score > (best?.score ?? 0)) {
      best = { article, score };
    }
  }
  return best?.article;
}

/** The words of a text in lower case, singular and plural alike. */
function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return new Set(words.filter((word) => !fillers.has(word)).map((word) => word.replace(/s$/, '')));
}
