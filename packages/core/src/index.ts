export type { Comparison, Condition } from './condition/condition.ts'
export { type ConditionResult, evaluateCondition } from './condition/evaluate-condition.ts'
export { parseCondition } from './condition/parse-condition.ts'
export type * from './definition.ts'
export { triggerRules } from './definition.ts'
export type { Diagnostic, Position, Range } from './diagnostic.ts'
export { formatDiagnostic } from './format-diagnostic.ts'
export { buildGraph, type Graph } from './graph.ts'
export type { JsonObject, JsonValue } from './json.ts'
export { type ParseOptions, type ParseResult, parseWorkflow } from './parse-workflow.ts'
export type { NodeView, Scope } from './scope.ts'
export { bashAssignments, NulInVariableError } from './template/bash-assignments.ts'
export type { BashTemplate } from './template/bash-template.ts'
export { parseBashTemplate } from './template/parse-bash-template.ts'
export { parseTemplate, templateReferences } from './template/parse-template.ts'
export type { SourceProblem, TemplateContext } from './template/problem.ts'
export {
  type NodeProperty,
  nodeProperties,
  type PlacedReference,
  type Reference,
  type VariableName,
  variableNames,
} from './template/reference.ts'
export { renderTemplate } from './template/render-template.ts'
export { referenceText, resolveReference, UnresolvedReferenceError } from './template/resolve-reference.ts'
export type { Segment, Template } from './template/template.ts'
export { type WorkflowReference, workflowReferences } from './workflow-references.ts'
