/** Text as it is compared while searching: "Tomas" finds "Tomás", "BOB" finds "Bob". */
export const fold = (text: string): string =>
  text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase();
