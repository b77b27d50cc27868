"""Named staff of a contract: who served where, from when to when, and who took over."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class Staffing(Record):
    """One person's time on one contract in one community."""

    class Post(models.TextChoices):
        LEAD = "lead", _("站点负责人")
        WORKER = "worker", _("社工")
        SUPERVISOR = "supervisor", _("督导")

    contract = models.ForeignKey("procurement.Contract", on_delete=models.PROTECT, related_name="staffing")
    place = models.ForeignKey(
        "parties.Place", on_delete=models.PROTECT, related_name="staffing", help_text="社区"
    )
    user = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="staffing")
    name = models.CharField(max_length=60)
    post = models.CharField(max_length=20, choices=Post)
    level = models.CharField("资格", max_length=40, blank=True)
    hours = models.CharField("什么时候在", max_length=60, blank=True)
    photo_digest = models.CharField("本人照片", max_length=64, blank=True, help_text="由本人决定放不放")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    leave_reason = models.CharField(max_length=200, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    class Meta:
        ordering = ["contract", "from_on"]


class CaseFile(Record):
    """A case (个案): its notes are closed to buyer and evaluator except as counts."""

    contract = models.ForeignKey("procurement.Contract", on_delete=models.PROTECT, related_name="cases")
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(
        "procurement.Need", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    code = models.CharField(max_length=20, unique=True)
    worker = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="cases")
    client_ref = models.CharField("保管库编号", max_length=36, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)


class Handover(Record):
    """A case, task or relation passed from one worker to the next, with a note and a receiver."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, null=True, related_name="handovers")
    leaver = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="handed_over")
    receiver = models.ForeignKey(Staffing, on_delete=models.PROTECT, null=True, related_name="received")
    receiver_name = models.CharField(
        "接收人", max_length=100, blank=True, help_text="合同结束时由其他单位接手的：单位和姓名"
    )
    note = models.TextField()
    resident_told_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True)


class CaseNote(Record):
    """A note of a case; only the worker, the station lead and the supervisor of the agency read it."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    written_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at"]


class Supervision(Record):
    """A session of supervision (督导), its minutes logged by both sides."""

    contract = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, related_name="supervisions"
    )
    worker = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="supervised")
    supervisor = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    topic = models.CharField(max_length=200)
    supervisor_minutes = models.PositiveIntegerField()
    worker_minutes = models.PositiveIntegerField(null=True)
    logged_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on"]


class WageMonth(Record):
    """When the wages of a month were paid, as the agency states it."""

    contract = models.ForeignKey("procurement.Contract", on_delete=models.PROTECT, related_name="wage_months")
    month = models.DateField(help_text="当月第一天")
    paid_on = models.DateField()
    stated_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "month"], name="wagemonth_once")]


class PaperworkAnswer(Record):
    """Two numbers a quarter: minutes of paperwork and of service in the last week."""

    staffing = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="paperwork")
    quarter = models.DateField(help_text="当季第一天")
    paper_minutes = models.PositiveIntegerField()
    service_minutes = models.PositiveIntegerField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staffing", "quarter"], name="paperworkanswer_once")]


class LoadRating(Record):
    """What a community office says once a year of the extra load: 5 = none added, 1 = much."""

    contract = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, related_name="load_ratings"
    )
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    rating = models.PositiveSmallIntegerField()
    remark = models.CharField(max_length=300, blank=True)
    rated_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "place", "year"], name="loadrating_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(rating__gte=1) & models.Q(rating__lte=5), name="loadrating_one_to_five"
            ),
        ]


class Closing(Record):
    """What was handed over when a contract ends: key records, word to the residents, papers and things."""

    contract = models.OneToOneField("procurement.Contract", on_delete=models.PROTECT, related_name="closing")
    number = models.CharField("交接编号", max_length=60, unique=True)
    receiver = models.CharField("接收方", max_length=100)
    records = models.TextField("移交的资料和物品", blank=True, help_text="每行一项：名称，数量，存放位置")
    records_on = models.DateField("资料移交日期", null=True)
    told_on = models.DateField("告知居民日期", null=True)
    told_how = models.CharField("怎样告知居民", max_length=300, blank=True)
    matters = models.CharField("未了事项", max_length=500, blank=True)
    written_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
