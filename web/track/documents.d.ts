/** Documents are bundled as their texts. */
declare module "*.graphql" {
  const text: string;
  export default text;
}
