"""What lies on each desk on the last day of the story."""

from zhagen.web.demo.world import World


def tell(world: World) -> None:
    """Do what belongs to this day of the last weeks."""
