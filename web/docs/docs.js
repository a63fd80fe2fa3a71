// Shows the REST API as /openapi.json describes it.

SwaggerUIBundle({
  url: `${document.documentElement.dataset.root}/openapi.json`,
  dom_id: "#docs",
  validatorUrl: null,
});
