"""How far each reach goes for the lab's objects: a street sees its own."""

from zhagen.core.reach import Reach
from zhagen.parties.access import in_street
from zhagen.platform.scope import register_reach
from zhagen.policy.models import Forecast, LabRun, RuleDraft

for _model in (LabRun, RuleDraft, Forecast):
    register_reach(_model, {Reach.OFFICE: lambda grant, actor: in_street("place__code", grant)})
