"""Contracts with their sealed terms, amendments, instalments and payment claims."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.platform.models import Record


class Contract(Record):
    """A service contract; its terms are sealed at signing and no later rulebook touches them."""

    class Kind(models.TextChoices):
        PROJECT = "project", _("项目制")
        POST = "post", _("岗位社工服务")

    class Origin(models.TextChoices):
        AWARD = "award", _("本系统成交")
        OUTSIDE = "outside", _("平台外成交后登记")
        IMPORTED = "imported", _("运行中合同导入")

    place = models.ForeignKey(
        "parties.Place", on_delete=models.PROTECT, related_name="contracts", help_text="街道"
    )
    communities = models.ManyToManyField("parties.Place", related_name="served_by", blank=True)
    agency = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="contracts")
    plan = models.ForeignKey(
        "procurement.Plan", on_delete=models.PROTECT, null=True, related_name="contracts"
    )
    award = models.OneToOneField(
        "procurement.Award", on_delete=models.PROTECT, null=True, related_name="contract"
    )
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals"
    )
    origin = models.CharField(max_length=20, choices=Origin)
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.CharField("合同编号", max_length=60, unique=True)
    title = models.CharField(max_length=100)
    amount_fen = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="最后一天")
    terms = models.JSONField("合同条款（封存）", default=dict)
    terms_digest = models.CharField(max_length=64, blank=True)
    rules = models.ForeignKey("parties.FrozenRules", on_delete=models.PROTECT, null=True, related_name="+")
    document_digest = models.CharField("合同文本哈希", max_length=64, blank=True)
    scan_digest = models.CharField("盖章扫描件", max_length=64, blank=True)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in ContractState], default=ContractState.DRAFT
    )
    signed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    handled_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on", "number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="contract_has_a_term"
            ),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="contract_amount_positive"),
        ]


class Instalment(Record):
    """One instalment of a contract, belonging to one budget year."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="instalments")
    order = models.PositiveSmallIntegerField()
    budget_year = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    payable_fen = models.BigIntegerField("已具备付款条件（分）", default=0)
    claimed_fen = models.BigIntegerField("已申请（分）", default=0)
    due_on = models.DateField()
    condition = models.CharField("付款条件", max_length=200)
    is_on_signing = models.BooleanField("签订后即付", default=False)
    acceptance_ref = models.CharField("验收编号", max_length=60, blank=True)
    budget_line = models.ForeignKey(
        "procurement.BudgetLine", on_delete=models.PROTECT, null=True, related_name="instalments",
        help_text="后续年度的预算项目；立项当年的由采购计划占用",
    )  # fmt: skip
    held_fen = models.BigIntegerField("已占用预算（分）", default=0)
    amendment = models.ForeignKey(
        "procurement.Amendment", on_delete=models.PROTECT, null=True, related_name="instalments",
        help_text="由哪份补充协议增加；采购计划没有为它占用预算",
    )  # fmt: skip

    class Meta:
        ordering = ["contract", "order"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_fen__gte=0)
                & (models.Q(budget_line__isnull=False) | models.Q(held_fen=0)),
                name="instalment_holds_of_a_line",
            ),
            models.UniqueConstraint(fields=["contract", "order"], name="instalment_order_once"),
            models.CheckConstraint(
                condition=models.Q(claimed_fen__gte=0)
                & models.Q(claimed_fen__lte=models.F("payable_fen"))
                & models.Q(payable_fen__lte=models.F("amount_fen")),
                name="instalment_never_overclaimed",
            ),
        ]

    @property
    def turn(self) -> str:
        """Say whether released money may still be asked for."""
        return "to_claim" if self.payable_fen > self.claimed_fen else "claimed"


class Claim(Record):
    """A payment claim; requester and approver differ, payment is recorded by its voucher number."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="claims")
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="claims")
    number = models.CharField(max_length=60, unique=True)
    amount_fen = models.BigIntegerField()
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in ClaimState], default=ClaimState.DRAFT
    )
    requested_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    checked_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    desk_since = models.DateTimeField("到达当前经办桌的时间", null=True)
    missing_papers = models.CharField("缺少的材料", max_length=300, blank=True)
    delay_cause = models.CharField("滞留原因", max_length=30, blank=True)
    invoice_no = models.CharField("发票号", max_length=60, blank=True)
    voucher_no = models.CharField("凭证号", max_length=60, blank=True)
    paid_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="claim_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("requested_by")),
                name="claim_two_people",
            ),
        ]

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state


class Amendment(Record):
    """A change of a signed contract with the values before and after."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="amendments")
    order = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    before = models.JSONField("变更前（封存）")
    after = models.JSONField("变更后（封存）")
    decision_no = models.CharField(max_length=60)
    agreed_by_agency = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    agreed_by_street = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    in_force_on = models.DateField(null=True)
    drafted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["contract", "order"]
        constraints = [models.UniqueConstraint(fields=["contract", "order"], name="amendment_order_once")]

    @property
    def turn(self) -> str:
        """Say which side has yet to agree; nobody has once the contract is over."""
        if self.in_force_on:
            return "in_force"
        if self.contract.ended_on:
            return "lapsed"
        sides = {"agency": self.agreed_by_agency_id, "street": self.agreed_by_street_id}
        return "awaits " + " ".join(side for side, agreed in sides.items() if not agreed)
