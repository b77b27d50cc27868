"""Fold fields and constraints of each app's initial migration into the `CreateModel` they belong to.

Django writes a constraint as an operation of its own, and each such operation renders every related model
anew; over the tables of Zhagen that is ten seconds of a new database's first start. Run by `make migrations`
right after `makemigrations`, while nothing is released and an initial migration may still be rewritten.
"""

import sys
from importlib import import_module
from pathlib import Path

from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter


def folded(operations: list[Operation]) -> list[Operation]:
    """Return the operations with each addition inside its model, the models in the order of their foreign keys.

    Raises:
        ValueError: two models point at each other, so that neither can be created whole.
    """
    models = {each.name_lower: each for each in operations if isinstance(each, CreateModel)}
    for each in operations:
        if isinstance(each, AddField):
            models[each.model_name_lower].fields.append((each.name, each.field))
        elif isinstance(each, AddConstraint):
            models[each.model_name_lower].options.setdefault("constraints", []).append(each.constraint)
        elif isinstance(each, AddIndex):
            models[each.model_name_lower].options.setdefault("indexes", []).append(each.index)
    rest = [
        each for each in operations if not isinstance(each, CreateModel | AddField | AddConstraint | AddIndex)
    ]
    return [*_in_order(models), *rest]


def _in_order(models: dict[str, CreateModel]) -> list[CreateModel]:
    done: dict[str, CreateModel] = {}
    while waiting := [name for name in models if name not in done]:
        ready = [name for name in waiting if not (_needs(models[name]) & set(waiting)) - {name}]
        if not ready:
            raise ValueError(f"these models point at each other: {', '.join(waiting)}")
        done |= {name: models[name] for name in ready}
    return list(done.values())


def _needs(model: CreateModel) -> set[str]:
    targets = [field.remote_field.model for _, field in model.fields if field.remote_field]
    return {str(target).rpartition(".")[2].lower() for target in targets}


def main(apps: list[str]) -> None:
    """Rewrite the initial migration of each app that has tables."""
    import django

    django.setup()
    for app in apps:
        if not (Path(__file__).parents[1] / app / "migrations" / "0001_initial.py").exists():
            continue  # an app without tables
        module = import_module(f"zhagen.{app}.migrations.0001_initial")
        migration = module.Migration("0001_initial", app)
        migration.operations = folded(migration.operations)
        Path(str(module.__file__)).write_text(MigrationWriter(migration).as_string(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
