"""The demo lives: what somebody does in its QuickBooks is on its page a moment later."""

import asyncio
from pathlib import Path

import httpx2

from oodaloo.cli.demo import running_demo
from oodaloo.cli.server import bind_loopback, serve_app
from tests.support.recordings import small_company, write

TRIES = 400


async def test_a_change_reaches_the_demo_s_page_by_itself(tmp_path: Path) -> None:
    """A bill that is entered in the emulator announces itself by webhook, is fetched, and shows; nobody asks for it."""
    recordings = write(tmp_path / "small", small_company())
    with bind_loopback("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        webhook_url = f"{url}/webhooks/quickbooks"
        async with running_demo(["--load", str(recordings)], public_url=url, webhook_url=webhook_url) as demo:
            serving = asyncio.create_task(serve_app(demo.services, listener))
            async with httpx2.AsyncClient(base_url=url) as browser:
                payables = f"/b/{demo.business_id}/payables"
                assert "$4,321.09" not in (await browser.get(payables)).text
                await enter_a_bill(str(demo.services.settings.qbo_api_url))
                shown = False
                for _ in range(TRIES):
                    shown = "$4,321.09" in (await browser.get(payables)).text
                    if shown:
                        break
                    await asyncio.sleep(0.05)
                assert shown
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def enter_a_bill(api_url: str) -> None:
    """Somebody enters a bill of $4,321.09 in the emulated QuickBooks."""
    detail = {"AccountRef": {"value": "10"}}
    line = {"Amount": 4321.09, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": detail}
    bill = {"operation": "create", "entity": "Bill", "body": {"VendorRef": {"value": "5"}, "Line": [line]}}
    async with httpx2.AsyncClient() as person:
        answer = await person.post(f"{api_url.removesuffix('/v3/company')}/_emulator/edit", json=bill)
    assert answer.is_success, answer.text
