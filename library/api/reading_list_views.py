"""One's own reading list over the API. No one sees another's."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import SIGNED_IN, ByRole, caller
from config.api.query import PAGING, read_strictly
from config.api.strict import Strict
from library.api.lookup_views import title_or_404
from library.api.serializers import TitleSerializer
from library.catalogue.search import with_numbers
from library.circulation import reading_lists
from library.models import Title


class ReadingListSerializer(Strict, serializers.Serializer[Any]):
    title = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class ReadingListViewSet(viewsets.GenericViewSet[Title]):
    queryset = Title.objects.none()
    serializer_class = TitleSerializer
    permission_classes = (ByRole,)
    filterset_class = None
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("list", "create", "destroy"), SIGNED_IN)
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (404,), "destroy": (404,)}

    @extend_schema(summary="Your reading list")
    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(with_numbers(reading_lists.titles_of(caller(request))))
        return self.get_paginated_response(TitleSerializer(page, many=True).data)

    @extend_schema(
        summary="Add a title to your reading list",
        request=ReadingListSerializer,
        parameters=[PARAMETER],
        responses={201: ReadingListSerializer},
    )
    @once
    def create(self, request: Request) -> Response:
        wanted = ReadingListSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        reading_lists.add(caller(request), title_or_404(wanted.validated_data["title"]))
        return Response(wanted.validated_data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Remove a title from your reading list", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        reading_lists.remove(caller(request), title_or_404(int(pk)))
        return Response(status=status.HTTP_204_NO_CONTENT)
