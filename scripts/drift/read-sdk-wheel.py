"""read-sdk-wheel.py WHEEL: what Gumloop's Python SDK sends and reads, as JSON, from its source alone; nothing of it is run.

{"version": "0.5.9", "endpoints": [{"method", "path", "sentAs": [...], "query": [...], "body": FIELDS, "response": FIELDS}]}

Keywords that a method passes on without naming them are those that the package's command line sends. Path parameters are `{}`. FIELDS maps a field to FIELDS, or to null where the SDK leaves the value open. Needs Python 3.10.
"""
import ast
import json
import re
import sys
import zipfile

VERBS = {'get': 'GET', 'post': 'POST', 'put': 'PUT', 'patch': 'PATCH', 'delete': 'DELETE', 'post_bytes': 'POST',
         'post_to_stream_host': 'POST'}
MAX_DEPTH = 6  # of nested models; some contain themselves


class Source:
    """All classes and functions of the package, by name, its modules, and what the command line passes to them."""

    def __init__(self, wheel):
        self.classes, self.functions, self.modules, self.passed = {}, {}, [], {}
        with zipfile.ZipFile(wheel) as archive:
            names = sorted(archive.namelist())
            metadata = next(name for name in names if name.endswith('.dist-info/METADATA'))
            self.version = re.search(r'^Version: (.+)$', archive.read(metadata).decode(), re.M).group(1).strip()
            for name in names:
                if not name.endswith('.py'):
                    continue
                tree = ast.parse(archive.read(name))
                if name.startswith('gumloop/cli/'):
                    self.add_calls(tree)
                else:
                    self.add(name, tree)

    def add_calls(self, tree):
        """Keywords that the command line passes to a method, also those that the method only passes on."""
        for call in ast.walk(tree):
            function = call.func if isinstance(call, ast.Call) else None
            if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Attribute):
                resource = function.value.attr.replace('_', '')
                names = {keyword.arg for keyword in call.keywords if keyword.arg}
                self.passed.setdefault((resource, function.attr), set()).update(names)

    def add(self, name, tree):
        constants, functions = {}, {}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                self.classes.setdefault(node.name, node)
            elif isinstance(node, ast.FunctionDef):
                functions[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                constants.update({target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)})
        self.functions.update(functions)
        self.modules.append((name, tree, functions, constants))


def model_fields(source, name, depth=0):
    """The fields of a model with those of its base classes, by the name on the wire; null for no model of the package."""
    node = source.classes.get(name)
    if node is None or depth > MAX_DEPTH:
        return None
    fields, is_model = {}, name == '_Model'
    for base in node.bases:
        inherited = model_fields(source, base.id, depth) if isinstance(base, ast.Name) else None
        if inherited is not None:
            is_model = True
            fields.update(inherited)
        is_model = is_model or (isinstance(base, ast.Name) and base.id == 'BaseModel')
    if not is_model:
        return None
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and not is_internal(line):
            fields[wire_name(line)] = annotated_fields(source, line.annotation, depth + 1)
    return fields


def is_internal(line):
    """Not on the wire: the settings of a model, and what it excludes."""
    keywords = line.value.keywords if isinstance(line.value, ast.Call) else []
    return line.target.id == 'model_config' or any(keyword.arg == 'exclude' for keyword in keywords)


def wire_name(line):
    """The name of a field in JSON: an alias where one is set, the first of several."""
    if isinstance(line.value, ast.Call):
        aliases = {keyword.arg: keyword.value for keyword in line.value.keywords}
        for kind in ('serialization_alias', 'validation_alias', 'alias'):
            if isinstance(aliases.get(kind), ast.Constant):
                return aliases[kind].value
    return line.target.id


def annotated_fields(source, annotation, depth=0):
    """The fields of all models that an annotation names: `list[A] | None` has those of A, `dict[str, A]` is open."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode='eval').body
    if isinstance(annotation, ast.Name):
        return model_fields(source, annotation.id, depth)
    if isinstance(annotation, ast.BinOp):
        return merged(annotated_fields(source, annotation.left, depth), annotated_fields(source, annotation.right, depth))
    if isinstance(annotation, ast.Subscript):
        outer = annotation.value.id if isinstance(annotation.value, ast.Name) else ''
        if outer in ('list', 'List', 'Sequence', 'Optional', 'Iterator', 'AsyncIterator', 'Union'):
            inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            fields = None
            for part in inner:
                fields = merged(fields, annotated_fields(source, part, depth))
            return fields
    return None


def merged(one, other):
    if one is None or other is None:
        return one if other is None else other
    return {key: merged(one.get(key), other.get(key)) for key in {**one, **other}}


class Method:
    """One method of a resource: reads its calls of the transport."""

    def __init__(self, source, node, functions, constants, passed=()):
        self.source, self.node, self.functions, self.constants = source, node, functions, constants
        self.open = node.args.kwarg.arg if node.args.kwarg is not None else None
        named = {argument.arg for argument in node.args.args + node.args.kwonlyargs}
        self.passed = {name: None for name in passed if name not in named}
        self.values, self.added = {}, {}
        for line in ast.walk(node):
            if isinstance(line, (ast.Assign, ast.AnnAssign)):
                self.assign(line.targets if isinstance(line, ast.Assign) else [line.target], line.value)
            elif isinstance(line, ast.Call) and isinstance(line.func, ast.Attribute) and line.func.attr == 'setdefault':
                self.add_key(line.func.value, line.args[0])

    def assign(self, targets, value):
        for target in targets:
            if isinstance(target, ast.Name):
                self.values.setdefault(target.id, value)
            elif isinstance(target, ast.Subscript):
                self.add_key(target.value, target.slice)

    def add_key(self, owner, key):
        if isinstance(owner, ast.Name) and isinstance(key, ast.Constant) and isinstance(key.value, str):
            self.added.setdefault(owner.id, {})[key.value] = None

    def path(self, node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            if node.id in self.constants:
                return self.constants[node.id]
            return self.path(self.values[node.id]) if node.id in self.values else None
        if isinstance(node, ast.JoinedStr):
            parts = node.values[1:] if is_base_url(node.values[0]) else node.values
            return ''.join(part.value if isinstance(part, ast.Constant) else '{}' for part in parts)
        return None

    def sent(self, node, hops=0):
        """The fields that an expression for a body or a query holds; null when the source does not say."""
        if node is None or hops > 5:
            return None
        if isinstance(node, ast.Dict):
            fields = {}
            for key, value in zip(node.keys, node.values):
                if key is None:
                    fields = merged(fields, self.sent(value, hops + 1))
                elif isinstance(key, ast.Constant):
                    fields[key.value] = self.nested(value)
            return fields
        if isinstance(node, ast.Name):
            found = self.passed if node.id == self.open else self.sent(self.values.get(node.id), hops + 1)
            return merged(found, self.added.get(node.id))
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
            fields = None
            for part in parts:
                fields = merged(fields, self.sent(part, hops + 1))
            return fields
        return self.called(node, hops) if isinstance(node, ast.Call) else None

    def nested(self, value):
        """Models in a literal body: `{"calls": [Model.build(call) ...]}`."""
        if isinstance(value, (ast.ListComp, ast.GeneratorExp)):
            return self.nested(value.elt)
        return self.called(value, 3) if isinstance(value, ast.Call) else None

    def passes_on(self, call):
        return any(keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == self.open for keyword in call.keywords)

    def called(self, node, hops):
        function = node.func
        if isinstance(function, ast.Attribute):
            if function.attr in ('build', 'model_validate') and isinstance(function.value, ast.Name):
                fields = model_fields(self.source, function.value.id)
                return merged(fields, self.passed) if self.passes_on(node) else fields
            if function.attr in ('model_dump', 'copy'):
                return self.sent(function.value, hops + 1)
            return self.helper(node, hops) if isinstance(function.value, ast.Name) and function.value.id == 'self' else None
        if isinstance(function, ast.Name):
            return model_fields(self.source, function.id) or self.helper(node, hops)
        return None

    def helper(self, node, hops):
        """What a function of the same module builds, with the keywords of the call as far as it passes them on."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        function = self.functions.get(name)
        if function is None:
            return self.sent(node.args[0], hops + 1) if node.args and name in ('dict', 'to_wire_dict') else None
        inside = Method(self.source, function, self.functions, self.constants)
        fields = annotated_fields(self.source, function.returns)
        for line in ast.walk(function):
            if isinstance(line, ast.Return):
                fields = merged(fields, inside.sent(line.value, hops + 1))
        if function.args.kwarg is not None:
            passed = {keyword.arg: None for keyword in node.keywords if keyword.arg}
            named = {argument.arg for argument in function.args.args + function.args.kwonlyargs}
            fields = merged(fields, {key: None for key in passed if key not in named})
        return fields

    def endpoints(self):
        for call in ast.walk(self.node):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and is_transport(call.func.value)):
                continue
            verb, arguments = call.func.attr, list(call.args)
            if verb in ('stream', 'stream_typed'):
                verb = arguments.pop(0).value
            elif verb in VERBS:
                verb = VERBS[verb]
            else:
                continue
            path = self.path(arguments[0]) if arguments else None
            keywords = {keyword.arg: keyword.value for keyword in call.keywords}
            named = f'{self.node.name} at line {call.lineno}'
            if path is None:
                raise SystemExit(f'The path of the request in {named} cannot be read.')
            body = merged(self.sent(keywords.get('json')), self.sent(keywords.get('data')))
            if 'files' in keywords:
                body = merged(body, {'files': None})
            yield {
                'method': verb,
                'path': '/' + path.strip('/'),
                'sentAs': self.node.name,
                'query': sorted(self.sent(keywords.get('params')) or {}),
                'body': body,
                'response': annotated_fields(self.source, self.node.returns),
            }


def is_base_url(node):
    return isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Attribute) and node.value.attr == 'base_url'


def is_transport(node):
    return isinstance(node, ast.Attribute) and node.attr == '_client' and isinstance(node.value, ast.Name) and node.value.id == 'self'


def read(wheel):
    source = Source(wheel)
    found = {}
    for name, tree, functions, constants in source.modules:
        # The clients of flows and of everything else; sign-in is at another address, which is no part of the API.
        if not name.startswith(('gumloop/resources/', 'gumloop/_client')):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            methods = {line.name: line for line in node.body if isinstance(line, (ast.FunctionDef, ast.AsyncFunctionDef))}
            for line in node.body:
                if not isinstance(line, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    continue
                passed = source.passed.get((node.name.removeprefix('Async').lower(), line.name), ())
                method = Method(source, line, {**source.functions, **functions, **methods}, constants, passed)
                for endpoint in method.endpoints():
                    endpoint['sentAs'] = [f'{node.name}.{endpoint["sentAs"]}']
                    key = f'{endpoint["method"]} {endpoint["path"]}'
                    known = found.get(key)
                    if known is None:
                        found[key] = endpoint
                        continue
                    known['sentAs'] = sorted({*known['sentAs'], *endpoint['sentAs']})
                    known['query'] = sorted({*known['query'], *endpoint['query']})
                    known['body'] = merged(known['body'], endpoint['body'])
                    known['response'] = merged(known['response'], endpoint['response'])
    return {'version': source.version, 'endpoints': [found[key] for key in sorted(found)]}


json.dump(read(sys.argv[1]), sys.stdout)
