/** In letters of five bits. 80 bits name a thread; the marks have 40 and 35, and can only be guessed by sending mail. */
export const THREAD = 16;
export const THREAD_MARK = 8;
export const PERSON_MARK = 7;

export const CODE_LENGTH = THREAD + THREAD_MARK + PERSON_MARK;
